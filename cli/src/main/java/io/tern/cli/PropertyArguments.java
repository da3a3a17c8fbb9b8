package io.tern.cli;

import io.tern.wire.PacketType;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The values of `-D command identifier value` and `-D command user-property name value`.
final class PropertyArguments {

    /// Where a property goes: a packet, or the Will that CONNECT carries.
    enum Target {
        CONNECT, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT, AUTH, WILL;

        // A client may not send a Subscription Identifier with a PUBLISH [MQTT-3.3.4-6].
        private boolean allows(Property property) {
            if (this == WILL) {
                return property.allowedInWill();
            }
            return property.allowedIn(PacketType.valueOf(name()))
                    && !(this == PUBLISH && property == Property.SUBSCRIPTION_IDENTIFIER);
        }
    }

    /// Takes three words from the command line, or four if the second is `user-property`.
    static final class Consumer implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> args, ArgSpec argSpec, CommandSpec commandSpec) {
            List<List<String>> all = argSpec.getValue();
            if (all == null) {
                all = new ArrayList<>();
                argSpec.setValue(all);
            }
            List<String> one = new ArrayList<>();
            int wanted = 3;
            while (one.size() < wanted && !args.isEmpty()) {
                one.add(args.pop());
                if (one.size() == 2 && one.getLast().equalsIgnoreCase("user-property")) {
                    wanted = 4;
                }
            }
            if (one.size() < wanted) {
                throw new ParameterException(commandSpec.commandLine(),
                        "Error: --property argument given but not enough arguments specified.");
            }
            all.add(one);
        }
    }

    private final Map<Target, Properties.Builder> builders = new EnumMap<>(Target.class);

    /// Makes properties of the words.
    ///
    /// @param arguments three or four words each, or null
    /// @throws UsageException naming what is wrong
    PropertyArguments(List<List<String>> arguments) throws UsageException {
        if (arguments != null) {
            for (List<String> words : arguments) {
                add(words);
            }
        }
    }

    /// The properties for a target.
    Properties of(Target target) {
        Properties.Builder builder = builders.get(target);
        return builder == null ? Properties.NONE : builder.build();
    }

    private void add(List<String> words) throws UsageException {
        Target target = target(words.get(0));
        Property property = PropertyNames.find(words.get(1));
        if (property == null) {
            throw new UsageException("Error: Invalid property name given in --property argument.");
        }
        if (!target.allows(property)) {
            throw new UsageException("Error: " + words.get(1) + " property not allowed for " + words.get(0)
                    + " in --property argument.");
        }
        Properties.Builder builder = builders.computeIfAbsent(target, key -> Properties.builder());
        if (property != Property.USER_PROPERTY && builder.build().has(property)) {
            throw new UsageException("Error in " + target + " properties: Duplicate property in property list");
        }
        String value = words.get(2);
        try {
            switch (property.type()) {
                case STRING_PAIR -> builder.user(value, words.get(3));
                case STRING -> builder.with(property, value);
                case BINARY -> builder.with(property, RawArguments.bytes(value));
                case BYTE, TWO_BYTE, FOUR_BYTE, VARINT -> builder.with(property, Long.parseLong(value));
            }
        } catch (NumberFormatException e) {
            throw outOfRange(property, value);
        } catch (IllegalArgumentException e) {
            throw property.isNumber() ? outOfRange(property, value)
                    : new UsageException("Error in " + target + " properties: " + e.getMessage());
        }
    }

    private static UsageException outOfRange(Property property, String value) {
        return new UsageException("Error: Property value (" + value + ") out of range for property "
                + PropertyNames.of(property) + ".");
    }

    private static Target target(String command) throws UsageException {
        for (Target target : Target.values()) {
            if (target.name().equals(command.toUpperCase(Locale.ROOT))) {
                return target;
            }
        }
        throw new UsageException("Error: Invalid command given in --property argument.");
    }
}
