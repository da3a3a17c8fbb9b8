package io.tern.app;

import io.tern.admin.ConfigFile;
import io.tern.api.ConfigException;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a broker is started with.
///
/// @param listeners which there are
/// @param options values
record Settings(ListenerSet listeners, Options options) {

    private static final Logger LOG = LoggerFactory.getLogger(Settings.class);

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
        if (root instanceof Setting.Section section && section.get("listeners") instanceof Setting.Value none
                && none.absent()) {
            LOG.warn("{}:{}: listeners: nothing is below it, so the standard ones listen", file, none.line());
        }
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
