package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/// Finds out what a broker can do, by asking it and by trying. For one thread.
public final class Probe {

    private static final long PATIENCE_MILLIS = 5000;
    private static final long QUIET_MILLIS = 500;
    private static final int PAYLOAD_BYTES_FIRST = 1024;
    private static final int PAYLOAD_BYTES_MAX = 16 * 1024 * 1024;
    private static final int[] TOPIC_BYTES = {128, 1024, 4096, 16_384, 65_535};
    private static final int[] TOPIC_LEVELS = {8, 16, 32, 64, 128, 200, 256, 1024, 4096, 16_384, 32_767};
    private static final int[] CLIENT_ID_BYTES = {23, 64, 128, 256, 1024, 8192, 65_535};
    private static final String PROBE_TOPIC = "@/probe";

    private final Peer peer;
    private final Names names;
    private final Map<String, Object> findings = new LinkedHashMap<>();
    private final Set<Ability> abilities = EnumSet.allOf(Ability.class);
    private MqttVersion best;

    /// Asks nothing yet.
    ///
    /// @param peer the broker
    /// @param run letters and digits, at most six, that no other run against this broker uses now
    public Probe(Peer peer, String run) {
        this.peer = peer;
        this.names = new Names(run + "p");
    }

    /// What a try ended with: an answer, or that there was none.
    @FunctionalInterface
    private interface Try {
        boolean run(Conversation on) throws IOException, Conversation.NothingCame;
    }

    /// Asks and tries everything.
    ///
    /// @return what was found, by name, in the order to show it: texts, numbers, booleans and lists of texts
    /// @throws IOException if the broker can't be reached, or speaks no version of MQTT
    public Map<String, Object> run() throws IOException {
        List<String> versions = new ArrayList<>();
        for (MqttVersion version : MqttVersion.values()) {
            if (attempt(version, on -> connected(on, version, "connect") != null)) {
                versions.add(name(version));
                best = version;
            }
        }
        if (best == null) {
            throw new IOException("no version of MQTT is accepted without a password");
        }
        findings.put("versions", versions);
        if (best.isV5()) {
            granted();
        }
        if (!isQuiet()) {
            abilities.remove(Ability.QUIET);
        }
        behaviour();
        sizes();
        return findings;
    }

    /// What the broker has, as CONNACK says. Asked by [#run].
    ///
    /// @return everything, as long as it hasn't said that something is missing
    public Set<Ability> abilities() {
        return EnumSet.copyOf(abilities);
    }

    private static String name(MqttVersion version) {
        return switch (version) {
            case V3_1 -> "3.1";
            case V3_1_1 -> "3.1.1";
            case V5 -> "5.0";
        };
    }

    private boolean attempt(MqttVersion version, Try what) throws IOException {
        Conversation on = new Conversation(peer, version);
        try {
            return what.run(on);
        } catch (IllegalArgumentException | Conversation.NothingCame e) {
            return false;
        } finally {
            on.close();
        }
    }

    private void send(Conversation on, MqttVersion version, String words) throws IOException {
        on.send(Assembler.packet(words, version, names, "a"));
    }

    private Received receive(Conversation on) throws IOException, Conversation.NothingCame {
        return on.receive(on.deadlineMillis(PATIENCE_MILLIS));
    }

    /// @return CONNACK, null if the broker doesn't let it in
    private Received connected(Conversation on, MqttVersion version, String words)
            throws IOException, Conversation.NothingCame {
        send(on, version, words);
        Received answer = receive(on);
        boolean in = answer != null && answer.name().equals("connack") && answer.field("reason").equals("00");
        return in ? answer : null;
    }

    private void granted() throws IOException {
        attempt(MqttVersion.V5, on -> {
            Received ack = connected(
                    on,
                    MqttVersion.V5,
                    "connect id='' clean=1 session-expiry=4294967295 keepalive=0 request-response=1");
            if (ack == null) {
                return false;
            }
            said(ack, Field.MAX_QOS, "maximum QoS", 2);
            said(ack, Field.RECEIVE_MAX, "receive maximum", 65_535);
            said(ack, Field.MAX_PACKET, "maximum packet size", "not limited");
            said(ack, Field.ALIAS_MAX, "topic alias maximum", 0);
            said(ack, Field.SERVER_KEEPALIVE, "longest keep-alive", "not limited");
            said(ack, Field.SESSION_EXPIRY, "longest session expiry", "not limited");
            said(ack, Field.RESPONSE_INFO, "response information", "none");
            flag(ack, Field.RETAIN_AVAILABLE, "retained messages", Ability.RETAIN);
            flag(ack, Field.WILDCARDS, "wildcard subscriptions", Ability.WILDCARDS);
            flag(ack, Field.SHARED, "shared subscriptions", Ability.SHARED);
            flag(ack, Field.SUBIDS, "subscription identifiers", Ability.SUBIDS);
            findings.put("assigns client identifiers", ack.property(Field.ASSIGNED) != null);
            String aliases = ack.property(Field.ALIAS_MAX);
            if (aliases == null || Integer.parseInt(aliases) < 10) {
                abilities.remove(Ability.ALIAS);
            }
            if (ack.property(Field.MAX_QOS) != null) {
                abilities.remove(Ability.QOS);
            }
            send(on, MqttVersion.V5, "disconnect session-expiry=0");
            return true;
        });
    }

    /// Whether all that comes to who subscribes to everything is what we have sent ourselves.
    private boolean isQuiet() throws IOException {
        return attempt(best, on -> {
            connected(on, best, "connect");
            send(on, best, "subscribe filter=#");
            if (!comes(on, "suback")) {
                return true; // Then no case can subscribe to it either.
            }
            try {
                return on.receive(on.deadlineMillis(QUIET_MILLIS)) == null;
            } catch (Conversation.NothingCame nothing) {
                return true;
            }
        });
    }

    private void said(Received ack, Field field, String name, Object otherwise) {
        String value = ack.property(field);
        boolean number = value != null && value.matches("\\d+");
        findings.put(name, value == null ? otherwise : number ? (Object) Long.valueOf(value) : value);
    }

    private void flag(Received ack, Field field, String name, Ability ability) {
        boolean available = !"0".equals(ack.property(field));
        findings.put(name, available);
        if (!available) {
            abilities.remove(ability);
        }
    }

    private void behaviour() throws IOException {
        if (!best.isV5()) {
            findings.put("retained messages", attempt(best, on -> {
                connected(on, best, "connect");
                send(on, best, "publish topic=@/kept payload=x retain");
                send(on, best, "subscribe filter=@/kept");
                return comes(on, "publish") && unretained(on);
            }));
        } else {
            findings.put("topic aliases towards clients", attempt(best, on -> {
                connected(on, best, "connect alias-max=10");
                on.limits(0, 10);
                send(on, best, "subscribe filter='@/a/long/topic/name'");
                receive(on);
                boolean aliased = false;
                for (int i = 0; i < 3 && !aliased; i++) {
                    send(on, best, "publish topic='@/a/long/topic/name' payload=x");
                    Received came = receive(on);
                    aliased = came != null && came.aliased();
                }
                return aliased;
            }));
        }
        findings.put("sessions are resumed", attempt(best, on -> {
            connected(on, best, "connect durable id=@d");
            send(on, best, "subscribe filter=@/d qos=1");
            return comes(on, "suback");
        }) && attempt(best, on -> {
            connected(on, best, "connect durable id=@d");
            send(on, best, "publish topic=@/d payload=x");
            return comes(on, "publish");
        }));
        attempt(best, on -> connected(on, best, "connect clean=1 id=@d") != null);
    }

    private boolean unretained(Conversation on) throws IOException {
        send(on, best, "publish topic=@/kept retain");
        return true;
    }

    /// Skips what else comes.
    private boolean comes(Conversation on, String name) throws IOException, Conversation.NothingCame {
        while (true) {
            Received packet = receive(on);
            if (packet == null || packet.name().equals(name)) {
                return packet != null;
            }
        }
    }

    private void sizes() throws IOException {
        long payload = 0;
        for (int bytes = PAYLOAD_BYTES_FIRST; bytes <= PAYLOAD_BYTES_MAX; bytes *= 2) {
            if (!passes(PROBE_TOPIC, bytes)) {
                break;
            }
            payload = bytes;
        }
        findings.put("largest payload tried with success", payload);
        findings.put("longest topic tried with success", largest(TOPIC_BYTES,
                bytes -> "@/'x'*" + (bytes - names.unique().length() - 1)));
        findings.put("deepest topic tried with success", largest(TOPIC_LEVELS, levels -> "@'/x'*" + (levels - 1)));
        long id = 0;
        for (int bytes : CLIENT_ID_BYTES) {
            String words = "connect id=@'x'*" + (bytes - names.unique().length());
            if (!attempt(best, on -> connected(on, best, words) != null)) {
                break;
            }
            id = bytes;
        }
        findings.put("longest client identifier tried with success", id);
    }

    private long largest(int[] sizes, IntFunction<String> topic) throws IOException {
        long largest = 0;
        for (int size : sizes) {
            if (!passes(topic.apply(size), 1)) {
                break;
            }
            largest = size;
        }
        return largest;
    }

    /// Whether a message goes there and back.
    private boolean passes(String topic, int payloadBytes) throws IOException {
        return attempt(best, on -> {
            connected(on, best, "connect");
            send(on, best, "subscribe filter=" + topic);
            Received granted = receive(on);
            if (granted == null || granted.field("codes") == null || !granted.field("codes").equals("00")) {
                return false;
            }
            send(on, best, "publish topic=" + topic + " payload='x'*" + payloadBytes);
            Received back = receive(on);
            return back != null && back.name().equals("publish") && back.field("payload").length() == payloadBytes;
        });
    }
}
