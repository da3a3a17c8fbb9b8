package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Runs cases against a broker, one after the other. For one thread.
///
/// Each run of a case uses client identifiers and topics of its own, and takes away what it left: durable sessions and
/// retained messages.
public final class Runner {

    /// How long a packet may take to come. Unit: milliseconds.
    private static final long PATIENCE_MILLIS = 5000;
    private static final String PING = "pingreq";

    private final Peer peer;
    private final String run;
    private int runs;

    /// Runs against one broker.
    ///
    /// @param peer the broker
    /// @param run letters and digits, at most six, that no other run against this broker uses now
    public Runner(Peer peer, String run) {
        this.peer = peer;
        this.run = run;
    }

    /// Runs a case.
    ///
    /// @param of the case
    /// @param version one of its versions
    /// @return how it ended
    public Outcome run(ConformanceCase of, MqttVersion version) {
        Running running = new Running(version, new Names(run + "x" + ++runs + "x"));
        try {
            return running.run(of);
        } finally {
            running.tidyUp();
        }
    }

    /// A line that didn't hold.
    private static final class Failed extends Exception {

        private static final long serialVersionUID = 1;

        private final String expected;
        private final String got;

        Failed(String expected, String got) {
            super(expected);
            this.expected = expected;
            this.got = got;
        }
    }

    /// One run of one case.
    private final class Running {

        private final MqttVersion version;
        private final Names names;
        private final Map<String, Conversation> conversations = new HashMap<>();
        private final Map<String, ByteArrayOutputStream> unsent = new HashMap<>();
        private final Set<String> durable = new LinkedHashSet<>();
        private final Set<String> retained = new LinkedHashSet<>();

        Running(MqttVersion version, Names names) {
            this.version = version;
            this.names = names;
        }

        Outcome run(ConformanceCase of) {
            List<Step> steps =
                    of.steps().stream().filter(step -> step.versions().contains(version)).toList();
            int at = 0;
            try {
                while (at < steps.size()) {
                    Step step = steps.get(at);
                    if (step.act() == Step.Act.EXPECT_ANY_ORDER) {
                        List<Step> group = new ArrayList<>();
                        for (int i = at; i < steps.size() && steps.get(i).act() == step.act()
                                && steps.get(i).connection().equals(step.connection()); i++) {
                            group.add(steps.get(i));
                        }
                        anyOrder(group);
                        at += group.size();
                    } else {
                        step(step);
                        at++;
                    }
                }
                return new Outcome(of, version, 0, null, null);
            } catch (Failed failed) {
                return new Outcome(of, version, steps.get(at).line(), failed.expected, failed.got);
            } catch (IOException | IllegalArgumentException e) {
                return new Outcome(of, version, steps.get(at).line(), steps.get(at).words(), e.toString());
            }
        }

        private void step(Step step) throws Failed, IOException {
            switch (step.act()) {
                case SEND, SEND_WITH_NEXT, SEND_BYTEWISE -> send(step);
                case CLOSE -> conversation(step).close();
                case WAIT -> peer.pass(Long.parseLong(step.words()));
                default -> expect(step);
            }
        }

        private void send(Step step) throws IOException {
            note(step);
            byte[] bytes = Assembler.packet(step.words(), version, names, step.connection());
            ByteArrayOutputStream before = unsent.computeIfAbsent(
                    step.connection(), name -> new ByteArrayOutputStream());
            Conversation conversation = conversation(step);
            List<String> words = Words.split(step.words());
            if (words.get(0).equals("connect")) {
                conversation.limits(
                        Long.parseLong(value(words, "max-packet=", String.valueOf(Long.MAX_VALUE))),
                        Integer.parseInt(value(words, "alias-max=", "0")));
            }
            if (step.act() == Step.Act.SEND_BYTEWISE) {
                for (byte each : bytes) {
                    conversation.send(new byte[] {each});
                }
                return;
            }
            before.writeBytes(bytes);
            if (step.act() == Step.Act.SEND) {
                conversation.send(before.toByteArray());
                before.reset();
            }
        }

        /// Remembers what has to be taken away afterwards.
        private void note(Step step) {
            List<String> words = Words.split(step.words());
            boolean stays = words.contains("durable") || words.contains("clean=0");
            if (words.get(0).equals("connect") && stays) {
                durable.add(value(words, "id=", names.unique() + step.connection()));
            }
            if (words.get(0).equals("publish") && words.contains("retain")) {
                retained.add(value(words, "topic=", ""));
            }
            if (words.get(0).equals("connect") && words.contains("willretain")) {
                retained.add(value(words, "will=", ""));
            }
        }

        private String value(List<String> words, String key, String otherwise) {
            return words.stream()
                    .filter(word -> word.startsWith(key))
                    .map(word -> Words.value(word.substring(key.length()), names))
                    .findFirst()
                    .orElse(otherwise);
        }

        private Conversation conversation(Step step) throws IOException {
            Conversation open = conversations.get(step.connection());
            if (open == null || open.ended()) {
                open = new Conversation(peer, version);
                conversations.put(step.connection(), open);
            }
            return open;
        }

        private void expect(Step step) throws Failed, IOException {
            String[] words = step.words().split(" ", 2);
            String codes = words.length == 1 ? "" : words[1];
            Conversation on = conversation(step);
            switch (words[0]) {
                case "closed" -> closed(on, step.words(), "disconnect", codes);
                case "refused" -> closed(on, step.words(), "connack", codes);
                case "silent" -> {
                    on.send(Assembler.packet(PING, version, names, step.connection()));
                    Received packet = receive(on, "nothing but the answer to PINGREQ");
                    if (packet == null || !packet.name().equals("pingresp")) {
                        throw new Failed("nothing but the answer to PINGREQ", said(packet));
                    }
                }
                default -> {
                    Received packet = receive(on, step.words());
                    String difference = packet == null
                            ? ""
                            : new Expectation(step.words(), names).difference(packet);
                    if (difference != null) {
                        throw new Failed(step.words(), said(packet) + (packet == null ? "" : " (" + difference + ")"));
                    }
                }
            }
        }

        /// The end of a connection, before which a broker of 5.0 may say why.
        private void closed(Conversation on, String expected, String packetName, String codes)
                throws Failed, IOException {
            Received packet = receive(on, expected);
            if (packet != null && version.isV5() && !codes.isEmpty()) {
                String words = packetName + " reason=" + codes;
                String difference = new Expectation(words, names).difference(packet);
                if (difference != null) {
                    throw new Failed(expected, said(packet) + " (" + difference + ")");
                }
                packet = receive(on, expected);
            }
            if (packet != null) {
                throw new Failed(expected, said(packet));
            }
            on.close();
        }

        private void anyOrder(List<Step> group) throws Failed, IOException {
            List<Step> left = new ArrayList<>(group);
            Conversation on = conversation(group.get(0));
            while (!left.isEmpty()) {
                String expected = String.join(" and ", left.stream().map(Step::words).toList());
                Received packet = receive(on, expected);
                Step met = null;
                for (Step each : left) {
                    if (packet != null && met == null
                            && new Expectation(each.words(), names).difference(packet) == null) {
                        met = each;
                    }
                }
                if (met == null) {
                    throw new Failed(expected, said(packet));
                }
                left.remove(met);
            }
        }

        private Received receive(Conversation on, String expected) throws Failed, IOException {
            try {
                return on.receive(on.deadlineMillis(PATIENCE_MILLIS));
            } catch (Conversation.NothingCame e) {
                throw new Failed(expected, "nothing in " + PATIENCE_MILLIS / 1000 + " seconds");
            }
        }

        private static String said(Received packet) {
            return packet == null ? "the end of the connection" : packet.toString();
        }

        /// Closes what is open and takes away what would stay. That a broker doesn't let itself be tidied is no fault.
        private void tidyUp() {
            conversations.values().forEach(Conversation::close);
            for (String id : durable) {
                cleaner("connect id='" + quoted(id) + "' clean=1", List.of());
            }
            if (!retained.isEmpty()) {
                cleaner("connect id=@tidy", retained.stream()
                        .map(topic -> "publish retain topic='" + quoted(topic) + "'")
                        .toList());
            }
        }

        private static String quoted(String value) {
            StringBuilder text = new StringBuilder();
            for (char c : value.toCharArray()) {
                text.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
            }
            return text.toString();
        }

        private void cleaner(String connect, List<String> packets) {
            try {
                Conversation on = new Conversation(peer, version);
                on.send(Assembler.packet(connect, version, names, "tidy"));
                if (on.receive(on.deadlineMillis(PATIENCE_MILLIS)) != null) {
                    for (String packet : packets) {
                        on.send(Assembler.packet(packet, version, names, "tidy"));
                    }
                    on.send(Assembler.packet("disconnect", version, names, "tidy"));
                    on.receive(on.deadlineMillis(PATIENCE_MILLIS));
                }
                on.close();
            } catch (IOException | IllegalArgumentException | Conversation.NothingCame e) {
                retained.clear();
            }
        }
    }
}
