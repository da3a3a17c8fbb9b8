package io.tern.cli.conformance;

import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;

/// A broker that answers each write with the next of its answers, whatever was said.
final class CannedPeer implements Peer {

    /// Stands for closing the connection.
    static final String CLOSE = "";

    private final ArrayDeque<String> answers;
    private final StringBuilder heard = new StringBuilder();
    private long nowMillis;

    /// @param answers hex digits each, [#CLOSE] to close
    CannedPeer(String... answers) {
        this.answers = new ArrayDeque<>(List.of(answers));
    }

    /// @return hex digits of all that was sent
    String heard() {
        return heard.toString();
    }

    @Override
    public long nowMillis() {
        return nowMillis;
    }

    @Override
    public void pass(long millis) {
        nowMillis += millis;
    }

    @Override
    public Link open() {
        return new Link() {

            private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();

            @Override
            public void send(byte[] bytes) {
                heard.append(HexFormat.of().formatHex(bytes));
                if (!answers.isEmpty()) {
                    arrived.add(HexFormat.of().parseHex(answers.poll()));
                }
            }

            @Override
            public byte[] receive(long untilMillis) {
                if (arrived.isEmpty()) {
                    nowMillis = untilMillis;
                }
                return arrived.poll();
            }

            @Override
            public void close() {
                arrived.clear();
            }
        };
    }
}
