package io.tern.transport;

import static io.tern.transport.ClientFrame.BINARY;
import static io.tern.transport.ClientFrame.CLOSE;
import static io.tern.transport.ClientFrame.CONTINUATION;
import static io.tern.transport.ClientFrame.FINAL;
import static io.tern.transport.ClientFrame.PING;
import static io.tern.transport.ClientFrame.PONG;
import static io.tern.transport.ClientFrame.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebSocketFramesTest {

    private static final int MAX_BYTES = 100_000;

    private final Heard heard = new Heard();
    private final WebSocketFrames frames = new WebSocketFrames(heard);

    @Test
    void binary_frames_of_every_length_form() {
        for (int length : new int[] {0, 1, 125, 126, 0xFFFF, 0x1_0000, MAX_BYTES}) {
            byte[] payload = TcpConnectionTest.pattern(length);
            feed(ClientFrame.of(FINAL | BINARY, payload));
            assertThat(heard.take()).isEqualTo(payload);
        }
        assertThat(heard.others).isEmpty();
    }

    @Test
    void parts_of_a_message_are_handed_on_as_they_come_with_pings_between() {
        feed(ClientFrame.of(BINARY, (byte) 1));
        feed(ClientFrame.of(FINAL | PING, (byte) 9));
        feed(ClientFrame.of(CONTINUATION));
        feed(ClientFrame.of(CONTINUATION, (byte) 2));
        feed(ClientFrame.of(FINAL | PONG));
        feed(ClientFrame.of(FINAL | CONTINUATION, (byte) 3));
        feed(ClientFrame.of(FINAL | BINARY, (byte) 4));
        assertThat(heard.take()).containsExactly(1, 2, 3, 4);
        assertThat(heard.others).containsExactly("ping [9]");
    }

    @Test
    void any_frames_cut_anywhere() {
        for (int seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            ByteArrayOutputStream payloads = new ByteArrayOutputStream();
            List<String> pings = new ArrayList<>();
            boolean inMessage = false;
            for (int i = 0; i < 20; i++) {
                byte[] payload = new byte[random.nextInt(4) == 0 ? random.nextInt(300) : random.nextInt(20)];
                random.nextBytes(payload);
                if (random.nextInt(4) == 0) {
                    byte[] ping = Arrays.copyOf(payload, Math.min(payload.length, 125));
                    sent.writeBytes(ClientFrame.of(FINAL | PING, ping));
                    pings.add("ping " + Arrays.toString(ping));
                } else {
                    boolean last = random.nextBoolean();
                    sent.writeBytes(ClientFrame.of((last ? FINAL : 0) | (inMessage ? CONTINUATION : BINARY), payload));
                    payloads.writeBytes(payload);
                    inMessage = !last;
                }
            }
            Heard all = new Heard();
            WebSocketFrames decoder = new WebSocketFrames(all);
            byte[] bytes = sent.toByteArray();
            for (int at = 0; at < bytes.length; ) {
                int length = Math.min(1 + random.nextInt(40), bytes.length - at);
                assertThat(decoder.take(bytes, at, length)).isEqualTo(length);
                at += length;
            }
            assertThat(all.take()).as("seed " + seed).isEqualTo(payloads.toByteArray());
            assertThat(all.others).as("seed " + seed).isEqualTo(pings);
        }
    }

    @Test
    void a_listener_that_has_enough_gets_no_more() {
        byte[] two = new byte[14];
        System.arraycopy(ClientFrame.of(FINAL | BINARY, (byte) 1), 0, two, 0, 7);
        System.arraycopy(ClientFrame.of(FINAL | BINARY, (byte) 2), 0, two, 7, 7);
        heard.stopAfterBytes = 1;
        assertThat(frames.take(two, 0, 14)).isEqualTo(7);
        assertThat(heard.take()).containsExactly(1);
        heard.stopAfterBytes = Integer.MAX_VALUE;
        assertThat(frames.take(two, 7, 7)).isEqualTo(7);
        assertThat(heard.take()).containsExactly(2);
    }

    @Test
    void what_is_not_binary_data_is_unsupported() {
        assertBroken(ClientFrame.of(FINAL | TEXT, (byte) 'x'), WebSocketFrames.UNSUPPORTED);
    }

    @Test
    void rules_broken() {
        byte[] unmasked = {(byte) (FINAL | BINARY), 1, 0};
        assertBroken(unmasked, WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | BINARY | 0x40, (byte) 1), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | 0x3), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | 0xB), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(PING), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | PING, new byte[126]), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | CONTINUATION), WebSocketFrames.PROTOCOL_ERROR);
        byte[] twoStarts = Arrays.copyOf(ClientFrame.of(BINARY), 12);
        System.arraycopy(ClientFrame.of(BINARY), 0, twoStarts, 6, 6);
        assertBroken(twoStarts, WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.header(FINAL | BINARY, 2, 125), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.header(FINAL | BINARY, 8, 0xFFFF), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.header(FINAL | BINARY, 8, -1), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.of(FINAL | CLOSE, (byte) 0x03, (byte) 0xE8, (byte) 0xC3), WebSocketFrames.NOT_UTF_8);
        assertBroken(ClientFrame.of(FINAL | CLOSE, (byte) 3), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.close(999), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.close(1005), WebSocketFrames.PROTOCOL_ERROR);
        assertBroken(ClientFrame.close(5000), WebSocketFrames.PROTOCOL_ERROR);
    }

    @Test
    void close_with_and_without_a_code() {
        feed(ClientFrame.of(FINAL | CLOSE));
        feed(ClientFrame.close(1000));
        feed(ClientFrame.of(FINAL | CLOSE, (byte) 0x0F, (byte) 0xA0, (byte) 'b', (byte) 'y', (byte) 'e'));
        assertThat(heard.others).containsExactly("closed 0", "closed 1000", "closed 4000");
    }

    private void feed(byte[] bytes) {
        assertThat(frames.take(bytes, 0, bytes.length)).isEqualTo(bytes.length);
    }

    private static void assertBroken(byte[] bytes, int code) {
        Heard all = new Heard();
        new WebSocketFrames(all).take(bytes, 0, bytes.length);
        assertThat(all.others).containsExactly("broken " + code);
        assertThat(all.take()).isEmpty();
    }

    private static final class Heard implements WebSocketFrames.Listener {

        private final ByteArrayOutputStream payloads = new ByteArrayOutputStream();
        private final List<String> others = new ArrayList<>();
        private int stopAfterBytes = Integer.MAX_VALUE;

        byte[] take() {
            byte[] all = payloads.toByteArray();
            payloads.reset();
            return all;
        }

        @Override
        public void payload(byte[] src, int offset, int length) {
            assertThat(length).isPositive();
            payloads.write(src, offset, length);
        }

        @Override
        public void ping(byte[] payload, int length) {
            others.add("ping " + Arrays.toString(length == 0 ? new byte[0] : Arrays.copyOf(payload, length)));
        }

        @Override
        public void closed(int code) {
            others.add("closed " + code);
        }

        @Override
        public void broken(int code, String why) {
            others.add("broken " + code);
        }

        @Override
        public boolean isStopped() {
            return payloads.size() >= stopAfterBytes || others.stream().anyMatch(what -> what.startsWith("broken"));
        }
    }
}
