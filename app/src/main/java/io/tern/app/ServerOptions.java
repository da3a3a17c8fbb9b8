package io.tern.app;

import io.tern.admin.figures.SysOptions;
import io.tern.admin.watch.WatchOptions;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.auth.AuthenticationConfig;
import io.tern.auth.AuthorizationConfig;
import io.tern.broker.access.RuleOptions;
import io.tern.broker.defence.DefenceOptions;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.DelayedOptions;
import io.tern.broker.quota.QuotaOptions;
import io.tern.store.StoreOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The settings of the process: where its data lies, how it looks after certificates. Together with those of the
/// listeners and of the other rooms they are all that `tern.yaml` may contain.
final class ServerOptions {

    static final Option<Integer> MQTT_PORT = ListenerSet.STANDARD.port("mqtt");

    static final Option<Integer> WS_PORT = ListenerSet.STANDARD.port("ws");

    static final Option<String> DATA_DIR = Option.text(
            "data_dir", "~/.tern", "Folder for durable data; ~ is the home of the user who runs the broker.");

    static final Option<Duration> TLS_CHECK_INTERVAL = Option.duration(
            "tls.check_interval", Duration.ofSeconds(2), Duration.ofMillis(100), Duration.ofHours(1),
            "How often certificates, keys and revocation lists are looked at; changed ones are used at once.");

    static final Option<Integer> TLS_WARNING_DAYS = Option.integer(
            "tls.warning_days", 30, 0, 3650, "days",
            "From how many days before the end of a certificate or revocation list on there is a warning.");

    static final Option<LogSetup.Words> LOG_LEVEL = Option.choice(
            "log.level", LogSetup.Words.INFO,
            "How much is in the log; TERN_LOG_LEVEL in the environment comes before it.");

    static final Option<LogSetup.Format> LOG_FORMAT = Option.choice(
            "log.format", LogSetup.Format.TEXT,
            "What a line of the log is: text for people, or a JSON object for programs.");

    static final RuleOptions MQTT_RULES = ListenerSet.STANDARD.rules("mqtt");

    private ServerOptions() {}

    /// The data folder, with ~ replaced.
    static Path dataDir(Options options) {
        String text = options.get(DATA_DIR);
        boolean home = text.equals("~") || text.startsWith("~/");
        return home ? Path.of(System.getProperty("user.home"), text.substring(1)) : Path.of(text);
    }

    /// Every key that is declared anywhere, with the standard listeners.
    static List<Option<?>> all() {
        return all(ListenerSet.STANDARD);
    }

    /// Every key that is declared anywhere.
    static List<Option<?>> all(ListenerSet listeners) {
        List<Option<?>> all = new ArrayList<>(listeners.all());
        all.addAll(general());
        return all;
    }

    /// Those that `reload` takes over. Of the listeners' there is `allow_anonymous` besides.
    static List<Option<?>> reloaded() {
        List<Option<?>> all = new ArrayList<>(DefenceOptions.all());
        all.removeAll(DefenceOptions.fixed());
        all.addAll(List.of(LOG_LEVEL, LOG_FORMAT, AuthenticationConfig.SOURCES, AuthorizationConfig.SOURCES));
        return all;
    }

    /// Those that are no listener's.
    ///
    /// @return in the order of the reference page
    static List<Option<?>> general() {
        List<Option<?>> all = new ArrayList<>(List.of(
                DATA_DIR, LOG_LEVEL, LOG_FORMAT, TLS_CHECK_INTERVAL, TLS_WARNING_DAYS));
        all.addAll(StoreOptions.all());
        all.add(AuthenticationConfig.SOURCES);
        all.add(AuthorizationConfig.SOURCES);
        all.addAll(DefenceOptions.all());
        all.addAll(WatchOptions.all());
        all.addAll(SysOptions.all());
        all.addAll(BrokerOptions.all());
        all.addAll(DelayedOptions.all());
        all.addAll(QuotaOptions.all());
        return all;
    }
}
