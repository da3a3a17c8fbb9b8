package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One packet that a broker has sent, taken apart into the words of scripts.
final class Received {

    private static final String[] NAMES = {
        "reserved", "connect", "connack", "publish", "puback", "pubrec", "pubrel", "pubcomp", "subscribe", "suback",
        "unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth"
    };

    /// A property and its value.
    record Property(Field field, String value) {}

    private final byte[] frame;
    private final MqttVersion version;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final List<Property> properties = new ArrayList<>();
    private int at;
    private boolean aliased;

    /// @param frame whole, with its header
    /// @param bodyAt where the fixed header ends
    /// @throws IllegalArgumentException if it is no packet of this version
    Received(byte[] frame, int bodyAt, MqttVersion version) {
        this.frame = frame;
        this.version = version;
        this.at = bodyAt;
        try {
            read();
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the packet ends inside a field", e);
        }
        if (at != frame.length) {
            throw new IllegalArgumentException("bytes behind the packet's last field");
        }
    }

    String name() {
        return NAMES[(frame[0] & 0xF0) >> 4];
    }

    String field(String key) {
        return fields.get(key);
    }

    List<Property> properties() {
        return properties;
    }

    /// Puts the topic in the place of its alias, after which both are forgotten.
    ///
    /// @throws IllegalArgumentException if the alias is too high, or means nothing
    Received withoutAlias(Map<String, String> topicsByAlias, int aliasMax) {
        Property alias = properties.stream()
                .filter(property -> property.field() == Field.ALIAS)
                .findFirst()
                .orElse(null);
        if (alias != null) {
            int number = Integer.parseInt(alias.value());
            if (number < 1 || number > aliasMax) {
                throw new IllegalArgumentException("topic alias " + number + " where the highest is " + aliasMax);
            }
            if (field("topic").isEmpty()) {
                fields.put("topic", topicsByAlias.get(alias.value()));
            } else {
                topicsByAlias.put(alias.value(), field("topic"));
            }
            properties.remove(alias);
            aliased = true;
        }
        if (name().equals("publish") && (field("topic") == null || field("topic").isEmpty())) {
            throw new IllegalArgumentException("a PUBLISH without a topic: " + this);
        }
        return this;
    }

    /// @return whether the topic came by an alias, or with one
    boolean aliased() {
        return aliased;
    }

    /// @return the value of a property, null if it isn't there
    String property(Field field) {
        return properties.stream()
                .filter(property -> property.field() == field)
                .map(Property::value)
                .findFirst()
                .orElse(null);
    }

    byte[] frame() {
        return frame;
    }

    private void read() {
        int flags = frame[0] & 0xF;
        int flagsDue = name().equals("pubrel") ? 2 : 0;
        if (!name().equals("publish") && flags != flagsDue) {
            throw new IllegalArgumentException("header flags " + flags);
        }
        switch (name()) {
            case "connack" -> {
                fields.put("session", String.valueOf(number(1)));
                fields.put("reason", hex(number(1)));
                // A broker that refuses an unknown version may do so in the words of an older one.
                if (at < frame.length) {
                    readProperties();
                }
            }
            case "publish" -> publish(flags);
            case "puback", "pubrec", "pubrel", "pubcomp" -> {
                fields.put("pid", String.valueOf(number(2)));
                reasonAndProperties();
            }
            case "suback", "unsuback" -> {
                fields.put("pid", String.valueOf(number(2)));
                readProperties();
                List<String> codes = new ArrayList<>();
                while (at < frame.length) {
                    codes.add(hex(number(1)));
                }
                fields.put("codes", String.join(",", codes));
            }
            case "disconnect", "auth" -> reasonAndProperties();
            case "pingresp" -> { }
            default -> throw new IllegalArgumentException("a broker doesn't send this");
        }
        if (name().equals("disconnect") && properties.stream().anyMatch(each -> each.field() == Field.SESSION_EXPIRY)) {
            throw new IllegalArgumentException("a DISCONNECT with session expiry from a broker");
        }
    }

    private void publish(int flags) {
        int qos = flags >> 1 & 3;
        fields.put("qos", String.valueOf(qos));
        fields.put("dup", String.valueOf(flags >> 3));
        fields.put("retain", String.valueOf(flags & 1));
        fields.put("topic", text(Math.toIntExact(number(2))));
        if (qos > 0) {
            fields.put("pid", String.valueOf(number(2)));
        }
        readProperties();
        fields.put("payload", text(frame.length - at));
    }

    private void reasonAndProperties() {
        boolean said = version.isV5() && at < frame.length;
        fields.put("reason", said ? hex(number(1)) : "00");
        if (said && at < frame.length) {
            readProperties();
        }
    }

    private void readProperties() {
        if (!version.isV5()) {
            return;
        }
        int length = Math.toIntExact(varint());
        int end = at + length;
        while (at < end) {
            Field field = Field.of(Math.toIntExact(number(1)));
            if (field == null) {
                throw new IllegalArgumentException("unknown property");
            }
            String value = switch (field.kind) {
                case BYTE, TWO_BYTE, FOUR_BYTE -> String.valueOf(number(field.kind.bytes));
                case VARINT -> String.valueOf(varint());
                case TEXT -> text(Math.toIntExact(number(2)));
                case PAIR -> text(Math.toIntExact(number(2))) + ":" + text(Math.toIntExact(number(2)));
            };
            properties.add(new Property(field, value));
        }
        if (at != end) {
            throw new IllegalArgumentException("a property reaches beyond the properties");
        }
    }

    private long number(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | frame[at++] & 0xFF;
        }
        return value;
    }

    private long varint() {
        long value = 0;
        int shift = 0;
        while (true) {
            int next = (int) number(1);
            value |= (long) (next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80) {
                return value;
            }
            if (shift > 21) {
                throw new IllegalArgumentException("an integer of more than four bytes");
            }
        }
    }

    private String text(int length) {
        if (length < 0 || length > frame.length - at) {
            throw new IndexOutOfBoundsException(length);
        }
        String text = new String(frame, at, length, StandardCharsets.ISO_8859_1);
        at += length;
        return text;
    }

    private static String hex(long value) {
        return String.format(Locale.ROOT, "%02x", value);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name());
        fields.forEach((key, value) -> text.append(' ')
                .append(key)
                .append('=')
                .append(value == null ? "" : Words.printable(value)));
        properties.forEach(property -> text.append(' ')
                .append(property.field().word())
                .append('=')
                .append(Words.printable(property.value())));
        return text.toString();
    }
}
