package io.tern.cli;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the command line calls the properties of 5.0: as the specification does, in lower case with dashes.
final class PropertyNames {

    private PropertyNames() { }

    /// The name of a property.
    static String of(Property property) {
        return property.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Finds a property.
    ///
    /// @param name in any case
    /// @return null if there is none of that name
    static Property find(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        for (Property property : Property.values()) {
            if (of(property).equals(wanted)) {
                return property;
            }
        }
        return null;
    }

    /// The properties in the order they came, repeated as they were.
    static List<Property> order(Properties properties) {
        byte[] bytes = properties.encoded();
        List<Property> order = new ArrayList<>();
        for (int at = 0; at < bytes.length; ) {
            Property property = Property.of(bytes[at]);
            order.add(property);
            at = end(property, bytes, at + 1);
        }
        return order;
    }

    private static int end(Property property, byte[] bytes, int at) {
        return switch (property.type()) {
            case BYTE -> at + 1;
            case TWO_BYTE -> at + 2;
            case FOUR_BYTE -> at + 4;
            case VARINT -> {
                int last = at;
                while (bytes[last] < 0) {
                    last++;
                }
                yield last + 1;
            }
            case STRING, BINARY -> afterLength(bytes, at);
            case STRING_PAIR -> afterLength(bytes, afterLength(bytes, at));
        };
    }

    private static int afterLength(byte[] bytes, int at) {
        return at + 2 + ((bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF);
    }
}
