package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes packets of words. It shares nothing with the codec of the broker, so that one can't hide a fault of the other.
final class Assembler {

    /// How long a session marked `durable` outlives its connection in 5.0. Unit: seconds.
    private static final int DURABLE_SECONDS = 300;

    private final MqttVersion version;
    private final Names names;
    private final String connection;
    private final Map<String, String> given = new LinkedHashMap<>();
    private final Bytes properties = new Bytes();
    private final Bytes willProperties = new Bytes();
    private final List<String[]> filters = new ArrayList<>();

    private Assembler(MqttVersion version, Names names, String connection) {
        this.version = version;
        this.names = names;
        this.connection = connection;
    }

    /// @param words the packet's name and fields
    /// @param connection name of the connection; the client identifier unless one is given
    static byte[] packet(String words, MqttVersion version, Names names, String connection) {
        List<String> split = Words.split(words);
        List<String> rest = split.subList(1, split.size());
        if (split.get(0).equals("bytes")) {
            return RawBytes.of(rest, version, names);
        }
        Assembler assembler = new Assembler(version, names, connection);
        rest.forEach(assembler::take);
        return assembler.packet(split.get(0));
    }

    private void take(String word) {
        int at = word.indexOf('=');
        String key = at < 0 ? word : word.substring(0, at);
        String value = at < 0 ? "1" : Words.value(word.substring(at + 1), names);
        boolean ofFilter = switch (key) {
            case "nolocal", "rap", "rh" -> true;
            case "qos" -> !filters.isEmpty();
            default -> false;
        };
        Field field = key.startsWith("will.") ? Field.of(key.substring(5)) : Field.of(key);
        if (key.equals("filter")) {
            filters.add(new String[] {value, "0"});
        } else if (ofFilter) {
            option(filters.get(filters.size() - 1), key, Integer.parseInt(value));
        } else if (field != null) {
            property(key.startsWith("will.") ? willProperties : properties, field, value);
        } else {
            given.put(key, value);
        }
    }

    private static void option(String[] filter, String key, int value) {
        int bits = switch (key) {
            case "nolocal" -> 4;
            case "rap" -> 8;
            case "rh" -> value << 4;
            default -> value;
        };
        filter[1] = String.valueOf(Integer.parseInt(filter[1]) | bits);
    }

    private static void property(Bytes out, Field field, String value) {
        out.number(field.id, 1);
        switch (field.kind) {
            case BYTE, TWO_BYTE, FOUR_BYTE -> out.number(Long.parseLong(value), field.kind.bytes);
            case VARINT -> out.varint(Long.parseLong(value));
            case TEXT -> out.text(value);
            case PAIR -> {
                int colon = value.indexOf(':');
                out.text(value.substring(0, colon)).text(value.substring(colon + 1));
            }
        }
    }

    private byte[] packet(String name) {
        return switch (name) {
            case "connect" -> connect();
            case "publish" -> publish();
            case "puback" -> ack(0x40);
            case "pubrec" -> ack(0x50);
            case "pubrel" -> ack(0x62);
            case "pubcomp" -> ack(0x70);
            case "subscribe" -> request(0x82);
            case "unsubscribe" -> request(0xA2);
            case "pingreq" -> frame(0xC0, new Bytes());
            case "disconnect" -> frame(0xE0, reasonAndProperties(new Bytes(), "00"));
            case "auth" -> frame(0xF0, reasonAndProperties(new Bytes(), "18"));
            default -> throw new IllegalArgumentException("no packet: " + name);
        };
    }

    private static byte[] frame(int header, Bytes body) {
        return new Bytes().number(header, 1).varint(body.size()).all(body).toArray();
    }

    private int number(String key, int otherwise) {
        return given.containsKey(key) ? Integer.parseInt(given.get(key)) : otherwise;
    }

    private Bytes withProperties(Bytes body, Bytes all) {
        return version.isV5() ? body.varint(all.size()).all(all) : body;
    }

    private byte[] connect() {
        boolean durable = given.containsKey("durable");
        if (durable) {
            property(properties, Field.SESSION_EXPIRY, String.valueOf(DURABLE_SECONDS));
        }
        String will = given.get("will");
        String user = given.get("user");
        String password = given.get("password");
        int flags = number("clean", durable ? 0 : 1) << 1
                | (will == null ? 0 : 4 | number("willqos", 0) << 3 | number("willretain", 0) << 5)
                | (password == null ? 0 : 0x40)
                | (user == null ? 0 : 0x80);
        Bytes body = new Bytes()
                .text(version.protocolName())
                .number(version.level(), 1)
                .number(flags, 1)
                .number(number("keepalive", 60), 2);
        withProperties(body, properties).text(given.getOrDefault("id", names.unique() + connection));
        if (will != null) {
            withProperties(body, willProperties).text(will).text(given.getOrDefault("willpayload", ""));
        }
        if (user != null) {
            body.text(user);
        }
        if (password != null) {
            body.text(password);
        }
        return frame(0x10, body);
    }

    private byte[] publish() {
        int qos = number("qos", 0);
        Bytes body = new Bytes().text(given.getOrDefault("topic", ""));
        if (qos > 0) {
            body.number(number("pid", 1), 2);
        }
        withProperties(body, properties).raw(given.getOrDefault("payload", ""));
        return frame(0x30 | number("dup", 0) << 3 | qos << 1 | number("retain", 0), body);
    }

    private byte[] ack(int header) {
        return frame(header, reasonAndProperties(new Bytes().number(number("pid", 1), 2), "00"));
    }

    /// Both are left out unless they are given; properties need a reason in front of them.
    private Bytes reasonAndProperties(Bytes body, String otherwise) {
        boolean any = properties.size() > 0;
        if (version.isV5() && (any || given.containsKey("reason"))) {
            body.number(Integer.parseInt(given.getOrDefault("reason", otherwise), 16), 1);
            if (any) {
                withProperties(body, properties);
            }
        }
        return body;
    }

    private byte[] request(int header) {
        Bytes body = withProperties(new Bytes().number(number("pid", 1), 2), properties);
        for (String[] filter : filters) {
            body.text(filter[0]);
            if (header == 0x82) {
                body.number(Integer.parseInt(filter[1]), 1);
            }
        }
        return frame(header, body);
    }
}
