package io.tern.bench;

import java.util.OptionalInt;
import picocli.CommandLine.Model.OptionSpec;

/// A flag of a scenario that takes a whole number. Said once, for reading and for the help.
///
/// @param name without the dashes
/// @param usual if it isn't given; empty if that depends on other flags
/// @param least allowed
/// @param most allowed
/// @param meaning for people
record Flag(String name, OptionalInt usual, int least, int most, String meaning) {

    Flag(String name, int usual, int least, int most, String meaning) {
        this(name, OptionalInt.of(usual), least, most, meaning + " Default: " + usual);
    }

    Flag(String name, int least, int most, String meaning) {
        this(name, OptionalInt.empty(), least, most, meaning);
    }

    OptionSpec option() {
        return OptionSpec.builder("--" + name).paramLabel("N").type(int.class).description(meaning).build();
    }
}
