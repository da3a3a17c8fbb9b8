package io.tern.cli;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.UserProperty;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.util.Iterator;

/// A message as JSON, for `-F %j` and `-F %J`.
final class MessageJson {

    private MessageJson() { }

    /// Describes a message.
    ///
    /// @param payloadAsJson whether the payload stands there as a value of its own instead of as a text
    /// @param arrived when it came
    /// @return null if the payload should be JSON and is not
    static LooseJson of(Publish message, boolean payloadAsJson, ZonedDateTime arrived) {
        LooseJson payload = payloadAsJson ? LooseJsonReader.readWhole(message.payload()) : text(message.payload());
        if (payload == null) {
            return null;
        }
        LooseJson.Obj json = new LooseJson.Obj()
                .with("tst", new LooseJson.Text(timestamp(arrived)))
                .with("topic", text(message.topic().utf8()))
                .with("qos", message.qos())
                .with("retain", message.retain() ? 1 : 0)
                .with("payloadlen", message.payload().length);
        if (message.qos() > 0) {
            json.with("mid", message.packetId());
        }
        if (!message.properties().isEmpty()) {
            json.with("properties", properties(message.properties()));
        }
        return json.with("payload", payload);
    }

    // Both a Z and an offset, as mosquitto_sub has it: scripts that take it apart expect it so.
    private static String timestamp(ZonedDateTime t) {
        String micros = Integer.toString(1_000_000 + t.getNano() / 1_000).substring(1);
        return Strftime.format('F', t) + "T" + Strftime.format('T', t) + "." + micros + "Z" + Strftime.format('z', t);
    }

    // A text ends at the first NUL, as everything does that mosquitto_sub puts into JSON.
    private static LooseJson.Text text(byte[] bytes) {
        String latin1 = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = latin1.indexOf(0);
        return new LooseJson.Text(end < 0 ? latin1 : latin1.substring(0, end));
    }

    private static LooseJson.Text text(String value) {
        return text(value.getBytes(StandardCharsets.UTF_8));
    }

    private static LooseJson properties(Properties properties) {
        LooseJson.Obj json = new LooseJson.Obj();
        LooseJson.Obj users = new LooseJson.Obj();
        int subscription = 0;
        Iterator<UserProperty> user = properties.userProperties().iterator();
        for (Property property : PropertyNames.order(properties)) {
            String name = PropertyNames.of(property);
            switch (property) {
                case USER_PROPERTY -> {
                    if (users.members().isEmpty()) {
                        json.with("user-properties", users);
                    }
                    UserProperty next = user.next();
                    users.with(text(next.name()).latin1(), text(next.value()));
                }
                case SUBSCRIPTION_IDENTIFIER ->
                        json.with(name, properties.subscriptionIdentifiers()[subscription++]);
                default -> json.with(name, value(properties, property));
            }
        }
        return json;
    }

    private static LooseJson value(Properties properties, Property property) {
        return switch (property.type()) {
            case STRING, STRING_PAIR -> text(properties.string(property));
            case BINARY -> text(properties.binary(property));
            case BYTE, TWO_BYTE, FOUR_BYTE, VARINT -> new LooseJson.Num(properties.number(property, 0));
        };
    }
}
