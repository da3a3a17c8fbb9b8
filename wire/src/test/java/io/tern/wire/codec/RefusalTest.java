package io.tern.wire.codec;

import static io.tern.wire.MqttVersion.V3_1;
import static io.tern.wire.MqttVersion.V3_1_1;
import static io.tern.wire.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tern.wire.MqttVersion;
import io.tern.wire.Spec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every malformed form, with the reason code and the statement it breaks.
@Spec({
    "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.5-1", "MQTT-1.5.7-1", "MQTT-2.1.3-1", "MQTT-2.2.1-3", "MQTT-2.2.1-5",
    "MQTT-2.2.1-6", "MQTT-3.1.0-1", "MQTT-3.1.0-2", "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.2-3", "MQTT-3.1.2-9",
    "MQTT-3.1.2-11", "MQTT-3.1.2-12", "MQTT-3.1.2-13", "MQTT-3.1.2-16", "MQTT-3.1.2-17", "MQTT-3.1.2-18",
    "MQTT-3.1.2-19", "MQTT-3.1.2-24", "MQTT-3.1.3-1", "MQTT-3.1.3-3", "MQTT-3.1.3-4", "MQTT-3.1.3-11",
    "MQTT-3.1.3-12", "MQTT-3.1.4-1", "MQTT-3.2.2-1", "MQTT-3.2.2-6", "MQTT-3.2.2-8", "MQTT-3.2.2-15", "MQTT-3.3.1-2",
    "MQTT-3.3.1-4", "MQTT-3.3.2-1", "MQTT-3.3.2-2", "MQTT-3.3.2-8", "MQTT-3.3.2-13", "MQTT-3.3.2-14", "MQTT-3.3.2-19",
    "MQTT-3.3.4-6", "MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.1-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1", "MQTT-3.8.1-1",
    "MQTT-3.8.3-1", "MQTT-3.8.3-2", "MQTT-3.8.3-4", "MQTT-3.8.3-5", "MQTT-3.9.3-2", "MQTT-3.10.1-1", "MQTT-3.10.3-1",
    "MQTT-3.10.3-2", "MQTT-3.11.3-2", "MQTT-3.14.1-1", "MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.15.1-1",
    "MQTT-3.15.2-1", "MQTT-4.7.0-1", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT-4.8.2-1",
    "MQTT-4.8.2-2", "MQTT-4.13.1-1",
    "3.1.1:MQTT-1.5.3-1", "3.1.1:MQTT-1.5.3-2", "3.1.1:MQTT-2.2.2-1", "3.1.1:MQTT-2.2.2-2", "3.1.1:MQTT-2.3.1-1",
    "3.1.1:MQTT-2.3.1-6", "3.1.1:MQTT-2.3.1-7", "3.1.1:MQTT-3.1.0-1", "3.1.1:MQTT-3.1.0-2", "3.1.1:MQTT-3.1.2-1",
    "3.1.1:MQTT-3.1.2-2", "3.1.1:MQTT-3.1.2-3", "3.1.1:MQTT-3.1.2-9", "3.1.1:MQTT-3.1.2-11", "3.1.1:MQTT-3.1.2-13",
    "3.1.1:MQTT-3.1.2-14", "3.1.1:MQTT-3.1.2-15", "3.1.1:MQTT-3.1.2-18", "3.1.1:MQTT-3.1.2-19",
    "3.1.1:MQTT-3.1.2-20", "3.1.1:MQTT-3.1.2-21", "3.1.1:MQTT-3.1.2-22", "3.1.1:MQTT-3.1.3-3", "3.1.1:MQTT-3.1.3-4",
    "3.1.1:MQTT-3.1.3-10", "3.1.1:MQTT-3.1.3-11", "3.1.1:MQTT-3.1.4-1", "3.1.1:MQTT-3.2.2-4", "3.1.1:MQTT-3.3.1-2",
    "3.1.1:MQTT-3.3.1-4", "3.1.1:MQTT-3.3.2-1", "3.1.1:MQTT-3.3.2-2", "3.1.1:MQTT-3.6.1-1", "3.1.1:MQTT-3.8.1-1",
    "3.1.1:MQTT-3.8.3-1", "3.1.1:MQTT-3.8.3-3", "3.1.1:MQTT-3.9.3-2", "3.1.1:MQTT-3.10.1-1",
    "3.1.1:MQTT-3.10.3-1", "3.1.1:MQTT-3.10.3-2", "3.1.1:MQTT-3.14.1-1", "3.1.1:MQTT-4.7.1-1", "3.1.1:MQTT-4.7.1-2",
    "3.1.1:MQTT-4.7.1-3", "3.1.1:MQTT-4.7.3-1", "3.1.1:MQTT-4.7.3-2", "3.1.1:MQTT-4.8.0-1"
})
class RefusalTest {

    private static final byte[] NO_PROPERTIES = {0};

    /// One packet that must be refused.
    ///
    /// @param version null on a server that has seen no CONNECT yet
    record Refusal(String name, Decoder.Receiver receiver, MqttVersion version, byte[] packet, int reason,
            String statement) {

        @Override
        public String toString() {
            return name + " " + (version == null ? "" : version) + " " + receiver + " [" + statement + "]";
        }

        Decoder decoder() throws WireException {
            if (receiver == Decoder.Receiver.CLIENT) {
                return Frames.client(version);
            }
            return version == null ? new Decoder(Decoder.Receiver.SERVER, 1 << 20) : Frames.server(version);
        }
    }

    /// The table. Each row: what is wrong, version, bytes, reason code, statement.
    private static final class Table {

        final List<Refusal> rows = new ArrayList<>();

        Table first(String name, byte[] packet, int reason, String statement) {
            rows.add(new Refusal(name, Decoder.Receiver.SERVER, null, packet, reason, statement));
            return this;
        }

        Table server(String name, MqttVersion version, byte[] packet, int reason, String statement) {
            rows.add(new Refusal(name, Decoder.Receiver.SERVER, version, packet, reason, statement));
            return this;
        }

        Table client(String name, MqttVersion version, byte[] packet, int reason, String statement) {
            rows.add(new Refusal(name, Decoder.Receiver.CLIENT, version, packet, reason, statement));
            return this;
        }
    }

    static List<Refusal> refusals() {
        Table table = new Table();
        headers(table);
        connects(table);
        publishes(table);
        texts(table);
        properties(table);
        acks(table);
        subscriptions(table);
        answers(table);
        ends(table);
        return table.rows;
    }

    private static byte[] frame(int first, Object... parts) {
        return Frames.frame(first, parts);
    }

    private static byte[] raw(String text) {
        return Frames.raw(text);
    }

    private static void headers(Table table) {
        table.first("PUBLISH first", frame(0x30, "t"), 0x82, "MQTT-3.1.0-1")
                .first("PINGREQ first", frame(0xC0), 0x82, "MQTT-3.1.0-1")
                .first("type 0 first", frame(0x00), 0x82, "MQTT-3.1.0-1")
                .first("an HTTP request", raw("GET / HTTP/1.1\r\n"), 0x82, "MQTT-3.1.0-1")
                .server("a second CONNECT", V5, Frames.connect(V5), 0x82, "MQTT-3.1.0-2")
                .server("a second CONNECT", V3_1_1, Frames.connect(V3_1_1), 0x82, "MQTT-3.1.0-2")
                .server("type 0", V5, frame(0x00), 0x82, "2.1.2")
                .server("type 0", V3_1_1, frame(0x00), 0x82, "2.2.1")
                .server("AUTH", V3_1_1, frame(0xF0), 0x82, "2.2.1")
                .client("AUTH", V3_1, frame(0xF0), 0x82, "2.2.1")
                .server("CONNACK to a server", V5, frame(0x20, 0, 0, 0), 0x82, "2.1.2")
                .server("SUBACK to a server", V5, frame(0x90, 0, 1, 0, 0), 0x82, "2.1.2")
                .server("UNSUBACK to a server", V3_1_1, frame(0xB0, 0, 1), 0x82, "2.2.1")
                .server("PINGRESP to a server", V3_1, frame(0xD0), 0x82, "2.2.1")
                .client("CONNECT to a client", V5, Frames.connect(V5), 0x82, "2.1.2")
                .client("SUBSCRIBE to a client", V5, frame(0x82, 0, 1, 0, "t", 0), 0x82, "2.1.2")
                .client("UNSUBSCRIBE to a client", V3_1_1, frame(0xA2, 0, 1, "t"), 0x82, "2.2.1")
                .client("PINGREQ to a client", V5, frame(0xC0), 0x82, "2.1.2")
                .client("DISCONNECT to a client", V3_1_1, frame(0xE0), 0x82, "2.2.1")
                .first("CONNECT with flags", frame(0x11, "MQTT", 5, 2, 0, 0, 0, "c"), 0x81, "MQTT-2.1.3-1")
                .first("CONNECT with flags", frame(0x18, "MQTT", 4, 2, 0, 0, "c"), 0x81, "MQTT-2.2.2-2")
                .client("CONNACK with flags", V5, frame(0x21, 0, 0, 0), 0x81, "MQTT-2.1.3-1")
                .server("PUBACK with flags", V5, frame(0x42, 0, 1), 0x81, "MQTT-2.1.3-1")
                .server("PUBREC with flags", V3_1_1, frame(0x52, 0, 1), 0x81, "MQTT-2.2.2-2")
                .server("PUBREL without its flag", V5, frame(0x60, 0, 1), 0x81, "MQTT-3.6.1-1")
                .server("PUBREL with DUP", V3_1_1, frame(0x6A, 0, 1), 0x81, "MQTT-3.6.1-1")
                .server("PUBREL of QoS 0", V3_1, frame(0x60, 0, 1), 0x81, "MQTT-3.6.1-1")
                .server("PUBCOMP with flags", V5, frame(0x71, 0, 1), 0x81, "MQTT-2.1.3-1")
                .server("SUBSCRIBE without its flag", V5, frame(0x80, 0, 1, 0, "t", 0), 0x81, "MQTT-3.8.1-1")
                .server("SUBSCRIBE with DUP", V3_1_1, frame(0x8A, 0, 1, "t", 0), 0x81, "MQTT-3.8.1-1")
                .client("SUBACK with flags", V5, frame(0x91, 0, 1, 0, 0), 0x81, "MQTT-2.1.3-1")
                .server("UNSUBSCRIBE without its flag", V5, frame(0xA0, 0, 1, 0, "t"), 0x81, "MQTT-3.10.1-1")
                .server("UNSUBSCRIBE with DUP", V3_1_1, frame(0xAA, 0, 1, "t"), 0x81, "MQTT-3.10.1-1")
                .server("PINGREQ with flags", V5, frame(0xC1), 0x81, "MQTT-2.1.3-1")
                .server("PINGREQ with a body", V5, frame(0xC0, 0), 0x81, "1.2")
                .client("PINGRESP with a body", V3_1_1, frame(0xD0, 0), 0x81, "MQTT-4.8.0-1")
                .server("DISCONNECT with flags", V5, frame(0xE1), 0x81, "MQTT-3.14.1-1")
                .server("DISCONNECT with flags", V3_1_1, frame(0xE2), 0x81, "MQTT-3.14.1-1")
                .server("AUTH with flags", V5, frame(0xF1), 0x81, "MQTT-3.15.1-1")
                .server("both QoS bits", V5, frame(0x36, "t", 0, 1, 0), 0x81, "MQTT-3.3.1-4")
                .server("both QoS bits", V3_1_1, frame(0x3E, "t", 0, 1), 0x81, "MQTT-3.3.1-4")
                .client("both QoS bits", V3_1, frame(0x36, "t", 0, 1), 0x81, "MQTT-3.3.1-4")
                .server("DUP at QoS 0", V5, frame(0x38, "t", 0), 0x81, "MQTT-3.3.1-2")
                .client("DUP at QoS 0", V3_1_1, frame(0x39, "t"), 0x81, "MQTT-3.3.1-2")
                .first("length of five bytes", Frames.bytes(0x10, 0x80, 0x80, 0x80, 0x80, 0x01), 0x81, "1.5.5")
                .server("length of five bytes", V5, Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0xFF), 0x81, "1.5.5")
                .server("length of five bytes", V3_1_1, Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0xFF), 0x81, "2.2.3")
                .server("length in more bytes than needed", V5, Frames.bytes(0xC0, 0x80, 0x00), 0x81, "MQTT-1.5.5-1")
                .first("length in more bytes than needed",
                        Frames.bytes(0x10, 0x8E, 0x00, "MQTT", 5, 2, 0, 0, 0, "c"), 0x81, "MQTT-1.5.5-1")
                .server("larger than we take", V5, Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F), 0x95, "MQTT-3.2.2-15")
                .client("larger than we take", V5, Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F), 0x95, "MQTT-3.1.2-24")
                .server("larger than we take", V3_1_1, Frames.bytes(0x30, 0xFF, 0xFF, 0xFF, 0x7F), 0x95, "2.2.3");
    }

    private static void connects(Table table) {
        table.first("an unknown name", frame(0x10, "MQTX", 5, 2, 0, 0, 0, "c"), 0x84, "MQTT-3.1.2-1")
                .first("a longer name", frame(0x10, "MQTTS", 5, 2, 0, 0, 0, "c"), 0x84, "MQTT-3.1.2-1")
                .first("a name in small letters", frame(0x10, "mqtt", 4, 2, 0, 0, "c"), 0x84, "MQTT-3.1.2-1")
                .first("no name", frame(0x10), 0x81, "1.2")
                .first("half a name", frame(0x10, 0, 4, raw("MQ")), 0x81, "1.2")
                .first("no level", frame(0x10, "MQTT"), 0x81, "1.2")
                .first("level 6", frame(0x10, "MQTT", 6, 2, 0, 0, 0, "c"), 0x84, "MQTT-3.1.2-2")
                .first("MQTT with level 3", frame(0x10, "MQTT", 3, 2, 0, 0, "c"), 0x84, "MQTT-3.1.2-2")
                .first("MQIsdp with level 4", frame(0x10, "MQIsdp", 4, 2, 0, 0, "c"), 0x84, "MQTT-3.1.2-2")
                .first("MQIsdp with level 5", frame(0x10, "MQIsdp", 5, 2, 0, 0, 0, "c"), 0x84, "MQTT-3.1.2-2")
                .first("no flags", frame(0x10, "MQTT", 5), 0x81, "1.2")
                .first("no keep alive", frame(0x10, "MQTT", 4, 2, 0), 0x81, "MQTT-4.8.0-1")
                .first("no properties", frame(0x10, "MQTT", 5, 2, 0, 0), 0x81, "1.2")
                .first("reserved flag", frame(0x10, "MQTT", 5, 3, 0, 0, 0, "c"), 0x81, "MQTT-3.1.2-3")
                .first("reserved flag", frame(0x10, "MQTT", 4, 3, 0, 0, "c"), 0x81, "MQTT-3.1.2-3")
                .first("no client id", frame(0x10, "MQTT", 5, 2, 0, 0, 0), 0x81, "MQTT-3.1.3-3")
                .first("no client id", frame(0x10, "MQTT", 4, 2, 0, 0), 0x81, "MQTT-3.1.3-3")
                .first("half a client id", frame(0x10, "MQIsdp", 3, 2, 0, 0, 0, 5, raw("c")), 0x81, "MQTT-3.1.3-3")
                .first("client id not UTF-8", frame(0x10, "MQTT", 5, 2, 0, 0, 0, Frames.text(0xC0, 0x80)), 0x85,
                        "MQTT-3.1.3-4")
                .first("client id with U+0000", frame(0x10, "MQTT", 4, 2, 0, 0, Frames.text('a', 0)), 0x85,
                        "MQTT-3.1.3-4")
                .first("client id with a control character", frame(0x10, "MQTT", 4, 2, 0, 0, "a\tb"), 0x85,
                        "MQTT-3.1.3-4")
                .first("bytes behind", frame(0x10, "MQTT", 5, 2, 0, 0, 0, "c", 0), 0x81, "1.2")
                .first("a user name without its flag", frame(0x10, "MQTT", 4, 2, 0, 0, "c", "u"), 0x81,
                        "MQTT-4.8.0-1")
                .first("will QoS without a will", frame(0x10, "MQTT", 5, 0x0A, 0, 0, 0, "c"), 0x81, "MQTT-3.1.2-11")
                .first("will QoS without a will", frame(0x10, "MQTT", 4, 0x12, 0, 0, "c"), 0x81, "MQTT-3.1.2-13")
                .first("will retain without a will", frame(0x10, "MQTT", 5, 0x22, 0, 0, 0, "c"), 0x81,
                        "MQTT-3.1.2-13")
                .first("will retain without a will", frame(0x10, "MQTT", 4, 0x22, 0, 0, "c"), 0x81, "MQTT-3.1.2-15")
                .first("will QoS 3", frame(0x10, "MQTT", 5, 0x1E, 0, 0, 0, "c", 0, "t", "p"), 0x81, "MQTT-3.1.2-12")
                .first("will QoS 3", frame(0x10, "MQIsdp", 3, 0x1E, 0, 0, "c", "t", "p"), 0x81, "MQTT-3.1.2-14")
                .first("no will", frame(0x10, "MQTT", 5, 0x06, 0, 0, 0, "c"), 0x81, "MQTT-3.1.2-9")
                .first("no will topic", frame(0x10, "MQTT", 5, 0x06, 0, 0, 0, "c", 0), 0x81, "MQTT-3.1.2-9")
                .first("no will payload", frame(0x10, "MQTT", 4, 0x06, 0, 0, "c", "t"), 0x81, "MQTT-3.1.2-9")
                .first("empty will topic", frame(0x10, "MQTT", 4, 0x06, 0, 0, "c", "", "p"), 0x81, "MQTT-3.1.3-10")
                .first("will topic with a wildcard", frame(0x10, "MQTT", 5, 0x06, 0, 0, 0, "c", 0, "a/+", "p"), 0x81,
                        "MQTT-3.1.3-11")
                .first("will topic not UTF-8", frame(0x10, "MQTT", 5, 0x06, 0, 0, 0, "c", 0, Frames.text(0xFF), "p"),
                        0x81, "MQTT-3.1.3-11")
                .first("no user name", frame(0x10, "MQTT", 5, 0x82, 0, 0, 0, "c"), 0x81, "MQTT-3.1.2-17")
                .first("no user name", frame(0x10, "MQTT", 4, 0x82, 0, 0, "c"), 0x81, "MQTT-3.1.2-19")
                .first("half a user name", frame(0x10, "MQIsdp", 3, 0x82, 0, 0, "c", 0, 5, raw("u")), 0x81,
                        "MQTT-3.1.2-19")
                .first("user name not UTF-8", frame(0x10, "MQTT", 5, 0x82, 0, 0, 0, "c", Frames.text(0x80)), 0x81,
                        "MQTT-1.5.4-1")
                .first("no password", frame(0x10, "MQTT", 5, 0x42, 0, 0, 0, "c"), 0x81, "MQTT-3.1.2-19")
                .first("no password", frame(0x10, "MQTT", 4, 0xC2, 0, 0, "c", "u", 0), 0x81, "MQTT-3.1.2-21")
                .first("password without user name", frame(0x10, "MQTT", 4, 0x42, 0, 0, "c", "p"), 0x81,
                        "MQTT-3.1.2-22")
                .first("authentication data without method",
                        frame(0x10, "MQTT", 5, 2, 0, 0, 4, 0x16, "d", "c"), 0x82, "3.1.2.11.10");
    }

    private static void publishes(Table table) {
        table.server("no topic", V5, frame(0x30), 0x81, "MQTT-3.3.2-1")
                .server("half a topic", V3_1_1, frame(0x30, 0, 9, raw("topic")), 0x81, "MQTT-3.3.2-1")
                .server("empty topic", V3_1_1, frame(0x30, "", raw("payload")), 0x81, "MQTT-4.7.3-1")
                .server("empty topic", V5, frame(0x30, "", 0, raw("payload")), 0x81, "MQTT-4.7.3-1")
                .server("wildcard +", V5, frame(0x30, "+opic", 0), 0x81, "MQTT-3.3.2-2")
                .server("wildcard #", V3_1, frame(0x30, "a/#"), 0x81, "MQTT-3.3.2-2")
                .client("wildcard #", V5, frame(0x30, "a#", 0), 0x81, "MQTT-3.3.2-2")
                .server("no packet id", V3_1_1, frame(0x32, "t"), 0x81, "MQTT-4.8.0-1")
                .server("packet id 0", V5, frame(0x32, "t", 0, 0, 0), 0x82, "MQTT-2.2.1-3")
                .server("packet id 0", V3_1_1, frame(0x34, "t", 0, 0), 0x82, "MQTT-2.3.1-1")
                .server("no properties", V5, frame(0x30, "t"), 0x81, "1.2")
                .server("Topic Alias 0", V5, frame(0x30, "t", 3, 0x23, 0, 0), 0x82, "MQTT-3.3.2-8")
                .server("response topic with a wildcard", V5, frame(0x30, "t", 6, 0x08, "a/#"), 0x82, "MQTT-3.3.2-14")
                .server("empty response topic", V5, frame(0x30, "t", 3, 0x08, ""), 0x82, "MQTT-3.3.2-14")
                .server("a client's subscription identifier", V5, frame(0x30, "t", 2, 0x0B, 1), 0x82, "MQTT-3.3.4-6");
    }

    private static void texts(Table table) {
        int[][] illFormed = {
            {0x80}, {0xC2}, {0xC0, 0x80}, {0xC1, 0xBF}, {0xE0, 0x80, 0x80}, {0xE0, 0x9F, 0xBF}, {0xED, 0xA0, 0x80},
            {0xED, 0xBF, 0xBF}, {0xF0, 0x80, 0x80, 0x80}, {0xF0, 0x8F, 0xBF, 0xBF}, {0xF4, 0x90, 0x80, 0x80},
            {0xF5, 0x80, 0x80, 0x80}, {0xFF}, {0xE4, 0xBD}, {0xF0, 0x9F, 0x98}, {0xC3, 0x41}, {0xE4, 0x41, 0xA0}
        };
        for (int[] bytes : illFormed) {
            table.server("topic " + Arrays.toString(bytes), V5, frame(0x30, Frames.text(bytes), 0), 0x81,
                            "MQTT-1.5.4-1")
                    .server("topic " + Arrays.toString(bytes), V3_1_1, frame(0x30, Frames.text(bytes)), 0x81,
                            "MQTT-1.5.3-1")
                    .client("topic " + Arrays.toString(bytes), V5, frame(0x30, Frames.text(bytes), 0), 0x81,
                            "MQTT-1.5.4-1");
        }
        int[][] discouraged = {
            {0x01}, {0x09}, {0x1F}, {0x7F}, {0xC2, 0x80}, {0xC2, 0x9F}, {0xEF, 0xB7, 0x90}, {0xEF, 0xBF, 0xBF},
            {0xF0, 0x9F, 0xBF, 0xBE}
        };
        for (int[] bytes : discouraged) {
            table.server("topic " + Arrays.toString(bytes), V5, frame(0x30, Frames.text(bytes), 0), 0x81, "1.5.4");
        }
        table.server("topic with U+0000", V5, frame(0x30, Frames.text('a', 0, 'b'), 0), 0x81, "MQTT-1.5.4-2")
                .server("topic with U+0000", V3_1_1, frame(0x30, Frames.text(0)), 0x81, "MQTT-1.5.3-2")
                .client("topic with U+0000", V3_1, frame(0x30, Frames.text(0)), 0x81, "MQTT-1.5.3-2")
                .server("U+0000 behind a long text", V5,
                        frame(0x30, "0123456789abcdef", 13, 0x03, Frames.text('0', '1', '2', '3', '4', '5', '6', '7',
                                '8', 0)), 0x81, "MQTT-1.5.4-2")
                .server("content type not UTF-8", V5, frame(0x30, "t", 4, 0x03, Frames.text(0xFE)), 0x81,
                        "MQTT-1.5.4-1")
                .server("response topic not UTF-8", V5, frame(0x30, "t", 4, 0x08, Frames.text(0xFE)), 0x81,
                        "MQTT-1.5.4-1")
                .server("user property's name not UTF-8", V5, frame(0x30, "t", 7, 0x26, Frames.text(0xFE), "v"), 0x81,
                        "MQTT-1.5.4-1")
                .server("user property's value with U+0000", V5, frame(0x30, "t", 7, 0x26, "n", Frames.text(0)), 0x81,
                        "MQTT-1.5.4-2");
    }

    private static void properties(Table table) {
        for (int id : new int[] {0x00, 0x04, 0x07, 0x0A, 0x0C, 0x10, 0x14, 0x1B, 0x1D, 0x20, 0x2B, 0x7F}) {
            table.server("unknown property " + id, V5, frame(0x30, "t", 2, id, 1), 0x81, "2.2.2.2");
        }
        table.server("unknown property of two bytes", V5, frame(0x30, "t", 3, 0xFF, 0x7F, 1), 0x81, "2.2.2.2")
                .server("property 1 in two bytes", V5, frame(0x30, "t", 3, 0x81, 0x00, 1), 0x81, "MQTT-1.5.5-1")
                .server("property of five bytes", V5, frame(0x30, "t", 6, 0x80, 0x80, 0x80, 0x80, 1, 1), 0x81, "1.5.5")
                .server("Property Length in two bytes", V5, frame(0x30, "t", 0x80, 0x00), 0x81, "MQTT-1.5.5-1")
                .server("Property Length beyond the packet", V5, frame(0x30, "t", 9, 1, 1), 0x81, "2.2.2.1")
                .server("byte missing", V5, frame(0x30, "t", 1, 0x01, raw("payload")), 0x81, "2.2.2.1")
                .server("two-byte integer missing", V5, frame(0x30, "t", 2, 0x23, 0, raw("payload")), 0x81, "2.2.2.1")
                .server("four-byte integer missing", V5, frame(0x30, "t", 3, 0x02, 0, 0, raw("pay")), 0x81, "2.2.2.1")
                .server("variable integer missing", V5, frame(0x30, "t", 2, 0x0B, 0x80, raw("pay")), 0x81, "2.2.2.1")
                .server("variable integer not minimal", V5, frame(0x30, "t", 3, 0x0B, 0x80, 0), 0x81, "MQTT-1.5.5-1")
                .server("string missing", V5, frame(0x30, "t", 1, 0x03, raw("payload")), 0x81, "2.2.2.1")
                .server("string beyond the properties", V5, frame(0x30, "t", 4, 0x03, 0, 5, raw("payload")), 0x81,
                        "2.2.2.1")
                .server("binary beyond the properties", V5, frame(0x30, "t", 4, 0x09, 0, 5, raw("payload")), 0x81,
                        "2.2.2.1")
                .server("user property without value", V5, frame(0x30, "t", 4, 0x26, "n", raw("payload")), 0x81,
                        "2.2.2.1")
                .server("misplaced and missing", V5, frame(0x30, "t", 1, 0x24, raw("payload")), 0x81, "2.2.2.1")
                .server("misplaced", V5, frame(0x30, "t", 2, 0x24, 0), 0x82, "2.2.2.2")
                .server("misplaced in PUBACK", V5, frame(0x40, 0, 1, 0, 3, 0x23, 0, 1), 0x82, "2.2.2.2")
                .first("misplaced in CONNECT", frame(0x10, "MQTT", 5, 2, 0, 0, 2, 0x24, 1, "c"), 0x82, "2.2.2.2")
                .first("misplaced in a will",
                        frame(0x10, "MQTT", 5, 6, 0, 0, 0, "c", 3, 0x23, 0, 1, "t", "p"), 0x82, "2.2.2.2")
                .first("will delay outside of a will",
                        frame(0x10, "MQTT", 5, 2, 0, 0, 5, 0x18, 0, 0, 0, 1, "c"), 0x82, "2.2.2.2")
                .server("misplaced in SUBSCRIBE", V5, frame(0x82, 0, 1, 2, 0x01, 1, "t", 0), 0x81, "2.2.2.2")
                .server("misplaced in UNSUBSCRIBE", V5, frame(0xA2, 0, 1, 2, 0x0B, 1, "t"), 0x81, "2.2.2.2")
                .server("twice", V5, frame(0x30, "t", 4, 1, 1, 1, 1), 0x82, "2.2.2.2")
                .server("identifier twice in SUBSCRIBE", V5, frame(0x82, 0, 1, 4, 0x0B, 1, 0x0B, 1, "t", 0), 0x82,
                        "2.2.2.2")
                .server("payload format 2", V5, frame(0x30, "t", 2, 0x01, 2), 0x82, "2.2.2.2")
                .first("Receive Maximum 0", frame(0x10, "MQTT", 5, 2, 0, 0, 3, 0x21, 0, 0, "c"), 0x82, "2.2.2.2")
                .first("Maximum Packet Size 0", frame(0x10, "MQTT", 5, 2, 0, 0, 5, 0x27, 0, 0, 0, 0, "c"), 0x82,
                        "2.2.2.2")
                .first("Request Problem Information 2", frame(0x10, "MQTT", 5, 2, 0, 0, 2, 0x17, 2, "c"), 0x82,
                        "2.2.2.2")
                .server("subscription identifier 0", V5, frame(0x82, 0, 1, 2, 0x0B, 0, "t", 0), 0x82, "2.2.2.2")
                .client("Maximum QoS 2", V5, frame(0x20, 0, 0, 2, 0x24, 2), 0x82, "2.2.2.2");
    }

    private static void acks(Table table) {
        int[] types = {0x40, 0x50, 0x62, 0x70};
        String[] statements = {"MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1"};
        for (int i = 0; i < types.length; i++) {
            table.server("no packet id", V5, frame(types[i]), 0x81, "1.2")
                    .server("half a packet id", V3_1_1, frame(types[i], 0), 0x81, "MQTT-4.8.0-1")
                    .server("packet id 0", V5, frame(types[i], 0, 0), 0x82, "MQTT-2.2.1-5")
                    .client("packet id 0", V3_1_1, frame(types[i], 0, 0), 0x82, "MQTT-2.3.1-6")
                    .server("bytes behind", V3_1_1, frame(types[i], 0, 1, 0), 0x81, "MQTT-4.8.0-1")
                    .server("bytes behind", V5, frame(types[i], 0, 1, 0, 0, 0), 0x81, "1.2")
                    .server("an unknown reason", V5, frame(types[i], 0, 1, 0x05), 0x82, statements[i])
                    .client("a reason of another packet", V5, frame(types[i], 0, 1, 0x8E), 0x82, statements[i]);
        }
        table.server("PUBREL with a failure of PUBREC", V5, frame(0x62, 0, 1, 0x97), 0x82, "MQTT-3.6.2-1")
                .server("PUBACK with a reason of PUBREL", V5, frame(0x40, 0, 1, 0x92), 0x82, "MQTT-3.4.2-1");
    }

    private static void subscriptions(Table table) {
        table.server("SUBSCRIBE, packet id 0", V5, frame(0x82, 0, 0, 0, "t", 0), 0x81, "MQTT-2.2.1-3")
                .server("SUBSCRIBE, packet id 0", V3_1_1, frame(0x82, 0, 0, "t", 0), 0x81, "MQTT-2.3.1-1")
                .server("SUBSCRIBE, nothing", V3_1_1, frame(0x82), 0x81, "MQTT-4.8.0-1")
                .server("SUBSCRIBE, no filter", V5, frame(0x82, 0, 1, 0), 0x81, "MQTT-3.8.3-2")
                .server("SUBSCRIBE, no filter", V3_1_1, frame(0x82, 0, 1), 0x81, "MQTT-3.8.3-3")
                .server("SUBSCRIBE, no options", V5, frame(0x82, 0, 1, 0, "t"), 0x81, "1.2")
                .server("SUBSCRIBE, the second has no options", V3_1_1, frame(0x82, 0, 1, "t", 0, "u"), 0x81,
                        "MQTT-4.8.0-1")
                .server("SUBSCRIBE, QoS 3", V5, frame(0x82, 0, 1, 0, "t", 3), 0x81, "3.8.3.1")
                .server("SUBSCRIBE, QoS 3", V3_1_1, frame(0x82, 0, 1, "t", 3), 0x81, "3.8.3")
                .server("SUBSCRIBE, QoS 3", V3_1, frame(0x82, 0, 1, "t", 3), 0x81, "3.8.3")
                .server("SUBSCRIBE, reserved bits", V5, frame(0x82, 0, 1, 0, "t", 0x40), 0x81, "MQTT-3.8.3-5")
                .server("SUBSCRIBE, reserved bits", V5, frame(0x82, 0, 1, 0, "t", 0x80), 0x81, "MQTT-3.8.3-5")
                .server("SUBSCRIBE, reserved bits", V3_1_1, frame(0x82, 0, 1, "t", 0x04), 0x81, "3.8.3")
                .server("SUBSCRIBE, retain handling 3", V5, frame(0x82, 0, 1, 0, "t", 0x30), 0x81, "3.8.3.1")
                .server("SUBSCRIBE, No Local, shared", V5, frame(0x82, 0, 1, 0, "$share/g/t", 0x04), 0x82,
                        "MQTT-3.8.3-4")
                .server("UNSUBSCRIBE, packet id 0", V5, frame(0xA2, 0, 0, 0, "t"), 0x81, "MQTT-2.2.1-3")
                .server("UNSUBSCRIBE, no filter", V5, frame(0xA2, 0, 1, 0), 0x81, "MQTT-3.10.3-2")
                .server("UNSUBSCRIBE, no filter", V3_1_1, frame(0xA2, 0, 1), 0x81, "MQTT-3.10.3-2");
        filter(table, "", "MQTT-4.7.3-1", "MQTT-4.7.3-1");
        filter(table, "#/a", "MQTT-4.7.1-1", "MQTT-4.7.1-2");
        filter(table, "a/b#", "MQTT-4.7.1-1", "MQTT-4.7.1-2");
        filter(table, "a/#/c", "MQTT-4.7.1-1", "MQTT-4.7.1-2");
        filter(table, "##", "MQTT-4.7.1-1", "MQTT-4.7.1-2");
        filter(table, "a+", "MQTT-4.7.1-2", "MQTT-4.7.1-3");
        filter(table, "+a", "MQTT-4.7.1-2", "MQTT-4.7.1-3");
        filter(table, "a/b+/c", "MQTT-4.7.1-2", "MQTT-4.7.1-3");
        filter(table, "$share//a", "MQTT-4.8.2-1", "4.7.1");
        filter(table, "$share/", "MQTT-4.8.2-1", "4.7.1");
        filter(table, "$share/g", "MQTT-4.8.2-2", "4.7.1");
        filter(table, "$share/g/", "MQTT-4.8.2-2", "4.7.1");
        filter(table, "$share/g+/a", "MQTT-4.8.2-2", "4.7.1");
        filter(table, "$share/#/a", "MQTT-4.8.2-2", "4.7.1");
        filter(table, "$share/g/a/#/b", "MQTT-4.7.1-1", "MQTT-4.7.1-2");
        filter(table, "a\0b", "MQTT-1.5.4-2", "MQTT-1.5.3-2");
        filter(table, "a\tb", "1.5.4", "1.5.3");
    }

    private static void filter(Table table, String filter, String statement, String statementOf311) {
        table.server("SUBSCRIBE to '" + filter + "'", V5, frame(0x82, 0, 1, 0, filter, 0), 0x81, statement)
                .server("SUBSCRIBE to '" + filter + "'", V3_1_1, frame(0x82, 0, 1, filter, 0), 0x81, statementOf311)
                .server("UNSUBSCRIBE from '" + filter + "'", V5, frame(0xA2, 0, 1, 0, filter), 0x81, statement)
                .server("UNSUBSCRIBE from '" + filter + "'", V3_1, frame(0xA2, 0, 1, filter), 0x81, statementOf311);
    }

    private static void answers(Table table) {
        table.client("CONNACK, reserved flags", V5, frame(0x20, 2, 0, 0), 0x81, "MQTT-3.2.2-1")
                .client("CONNACK, reserved flags", V3_1_1, frame(0x20, 0x81, 0), 0x81, "3.2.2.1")
                .client("CONNACK, session present with a failure", V5, frame(0x20, 1, 0x87, 0), 0x82, "MQTT-3.2.2-6")
                .client("CONNACK, session present with a failure", V3_1_1, frame(0x20, 1, 5), 0x82, "MQTT-3.2.2-4")
                .client("CONNACK, unknown reason", V5, frame(0x20, 0, 0x05, 0), 0x82, "MQTT-3.2.2-8")
                .client("CONNACK, a reason of SUBACK", V5, frame(0x20, 0, 0x9E, 0), 0x82, "MQTT-3.2.2-8")
                .client("CONNACK, return code 6", V3_1_1, frame(0x20, 0, 6), 0x82, "3.2.2.3")
                .client("CONNACK, no reason", V3_1_1, frame(0x20, 0), 0x81, "MQTT-4.8.0-1")
                .client("CONNACK, no properties", V5, frame(0x20, 0, 0), 0x81, "1.2")
                .client("CONNACK, bytes behind", V3_1_1, frame(0x20, 0, 0, 0), 0x81, "MQTT-4.8.0-1")
                .client("SUBACK, packet id 0", V5, frame(0x90, 0, 0, NO_PROPERTIES, 0), 0x82, "MQTT-2.2.1-6")
                .client("UNSUBACK, packet id 0", V3_1_1, frame(0xB0, 0, 0), 0x82, "MQTT-2.3.1-7")
                .client("SUBACK, unknown reason", V5, frame(0x90, 0, 1, NO_PROPERTIES, 3), 0x82, "MQTT-3.9.3-2")
                .client("SUBACK, return code 3", V3_1_1, frame(0x90, 0, 1, 3), 0x82, "MQTT-3.9.3-2")
                .client("SUBACK, a reason of 5.0", V3_1_1, frame(0x90, 0, 1, 0x87), 0x82, "MQTT-3.9.3-2")
                .client("UNSUBACK, granted QoS 1", V5, frame(0xB0, 0, 1, NO_PROPERTIES, 1), 0x82, "MQTT-3.11.3-2")
                .client("UNSUBACK, bytes behind", V3_1_1, frame(0xB0, 0, 1, 0), 0x81, "MQTT-4.8.0-1");
    }

    private static void ends(Table table) {
        table.server("DISCONNECT, unknown reason", V5, frame(0xE0, 0x01), 0x82, "MQTT-3.14.2-1")
                .server("DISCONNECT, bytes behind", V5, frame(0xE0, 0, 0, 0), 0x81, "1.2")
                .server("DISCONNECT, bytes behind", V3_1_1, frame(0xE0, 0), 0x81, "MQTT-4.8.0-1")
                .client("DISCONNECT, expiry from a server", V5, frame(0xE0, 0, 5, 0x11, 0, 0, 0, 1), 0x82,
                        "MQTT-3.14.2-2")
                .server("AUTH, unknown reason", V5, frame(0xF0, 0x87, 0), 0x82, "MQTT-3.15.2-1")
                .server("AUTH, success from a client", V5, frame(0xF0), 0x82, "MQTT-3.15.2-1")
                .client("AUTH, anew from a server", V5, frame(0xF0, 0x19, 4, 0x15, "m"), 0x82, "MQTT-3.15.2-1")
                .server("AUTH, no method", V5, frame(0xF0, 0x18, 0), 0x82, "3.15.2.2.2")
                .server("AUTH, bytes behind", V5, frame(0xF0, 0x18, 4, 0x15, "m", 0), 0x81, "1.2");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void is_refused(Refusal refusal) throws Exception {
        WireException broken = refuse(refusal.decoder(), refusal.packet());
        assertThat(broken.reason().value()).isEqualTo(refusal.reason());
        assertThat(broken.statement()).isEqualTo(refusal.statement());
        assertThat(broken.getStackTrace()).isEmpty();
    }

    /// However the bytes come, the answer is the same, and a dead decoder stays dead.
    @ParameterizedTest
    @MethodSource("refusals")
    void is_refused_byte_by_byte(Refusal refusal) throws Exception {
        Decoder decoder = refusal.decoder();
        WireException broken = null;
        for (int i = 0; i < refusal.packet().length && broken == null; i++) {
            int at = i;
            broken = catchThrowableOfType(WireException.class, () -> {
                decoder.feed(refusal.packet(), at, 1);
                assertThat(decoder.next()).isNull();
                decoder.hold();
            });
        }
        assertThat(broken).isNotNull();
        assertThat(broken.statement()).isEqualTo(refusal.statement());
        assertThat(decoder.heldBytes()).isZero();
        decoder.feed(Frames.frame(0xC0), 0, 2);
        assertThat(catchThrowableOfType(WireException.class, decoder::next)).isSameAs(broken);
    }

    @Test
    void every_rule_has_a_row() throws Exception {
        Set<String> seen = new HashSet<>();
        for (Refusal refusal : refusals()) {
            seen.add(refuse(refusal.decoder(), refusal.packet()).getMessage());
        }
        for (Rule rule : Rule.values()) {
            assertThat(seen).as(rule.name()).contains(rule.text());
        }
    }

    @Test
    void the_annotation_names_all_statements_of_the_table() {
        Set<String> named = Set.of(RefusalTest.class.getAnnotation(Spec.class).value());
        Set<String> broken = new TreeSet<>();
        for (Refusal refusal : refusals()) {
            if (refusal.statement().startsWith("MQTT-")) {
                boolean v3 = refusal.version() == V3_1 || refusal.version() == V3_1_1;
                broken.add(v3 ? "3.1.1:" + refusal.statement() : refusal.statement());
            }
        }
        // Rows of CONNECT say their version inside: their ids count for either list.
        broken.removeIf(id -> named.contains("3.1.1:" + id));
        assertThat(named).containsAll(broken);
    }

    private static WireException refuse(Decoder decoder, byte[] packet) {
        WireException broken = catchThrowableOfType(WireException.class, () -> Frames.readAll(decoder, packet));
        assertThat(broken).isNotNull();
        return broken;
    }
}
