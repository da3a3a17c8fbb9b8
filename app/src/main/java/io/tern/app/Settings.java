package io.tern.app;

import io.tern.admin.ConfigFile;
import io.tern.api.ConfigException;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import java.nio.file.Path;

/// What a broker is started with.
///
/// @param listeners which there are
/// @param options values
record Settings(ListenerSet listeners, Options options) {

    /// Those of a start without a file.
    static Settings of(Options options) {
        return new Settings(ListenerSet.STANDARD, options);
    }

    /// Reads a file.
    ///
    /// @throws ConfigException with all that is wrong, each with its line
    static Settings read(Path file) throws ConfigException {
        Problems problems = new Problems(file.toString());
        Setting root = ConfigFile.tree(file, problems);
        ListenerSet listeners = ListenerSet.of(root, problems);
        problems.check();
        Options options = new SectionReader(ServerOptions.all(listeners), problems).read(root);
        listeners.check(options, problems);
        problems.check();
        return new Settings(listeners, options);
    }

    /// The same with other values laid over.
    Settings with(Options over) {
        return new Settings(listeners, options.with(over));
    }
}
