package io.tern.auth;

import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.Problems;
import io.tern.api.Setting;
import io.tern.auth.work.Kept;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the configuration of sources needs of the place where it is read.
///
/// @param folder that file names without one are meant to be in
/// @param clock the time
/// @param environment finds a variable of the process, null if there is none
/// @param trees reads files of settings
/// @param kept what sources before them have come to know
/// @param listenerFault says what is wrong with the name of a listener that sources or rules speak of; null for nothing
public record Site(
        Path folder,
        Clock clock,
        UnaryOperator<String> environment,
        TreeReader trees,
        Kept kept,
        UnaryOperator<String> listenerFault) {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    /// Reads a file of settings.
    @FunctionalInterface
    public interface TreeReader {

        /// Reads one. Blocks on the disk.
        ///
        /// @param file YAML
        /// @param problems takes what is wrong apart from the YAML itself
        /// @return what stands there; null for nothing
        /// @throws ConfigException if it can't be read
        Setting read(Path file, Problems problems) throws ConfigException;
    }

    /// Finds a file that the settings name.
    ///
    /// @param name absolute, or below the folder of the configuration
    /// @return the file
    Path file(String name) {
        return folder.resolve(name);
    }

    /// Reads a secret: as it is, or from the environment.
    ///
    /// @param text the secret, or `${NAME}`
    /// @return the secret
    /// @throws IllegalArgumentException if there is no such variable
    String secret(String text) {
        Matcher variable = VARIABLE.matcher(text);
        if (!variable.matches()) {
            return text;
        }
        String value = environment.apply(variable.group(1));
        if (value == null) {
            throw new IllegalArgumentException("the environment has no " + variable.group(1));
        }
        return value;
    }
}
