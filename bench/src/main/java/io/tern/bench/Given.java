package io.tern.bench;

import java.util.List;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What a command line gives to a scenario.
///
/// @param parsed the command line of that scenario
record Given(ParseResult parsed) {

    /// What a flag says, or else what is usual.
    ///
    /// @throws ParameterException if that is not allowed
    int number(Flag flag) {
        return number(flag, flag.usual().orElseThrow());
    }

    /// What a flag says.
    ///
    /// @param usual if it says nothing
    /// @throws ParameterException if that is not allowed
    int number(Flag flag, int usual) {
        int value = parsed.matchedOptionValue(flag.name(), usual);
        if (value < flag.least() || value > flag.most()) {
            throw wrong("--" + flag.name() + " " + value + " is not in " + flag.least() + " to " + flag.most());
        }
        return value;
    }

    /// What a flag says, or else what is usual.
    String text(String name) {
        return parsed.matchedOptionValue(name, parsed.commandSpec().findOption(name).defaultValue());
    }

    boolean has(String name) {
        return parsed.hasMatchedOption(name);
    }

    /// What stands behind `--`.
    List<String> command() {
        return parsed.matchedPositionalValue(0, List.of());
    }

    /// Says what is wrong with the command line.
    ParameterException wrong(String why) {
        return new ParameterException(parsed.commandSpec().commandLine(), "tern bench: " + why);
    }
}
