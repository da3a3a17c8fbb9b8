package io.tern.app;

import io.tern.admin.watch.WatchOptions;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.auth.AuthenticationConfig;
import io.tern.auth.AuthorizationConfig;
import io.tern.broker.BrokerOptions;
import io.tern.broker.DefenceOptions;
import io.tern.broker.RuleOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The settings of the process: where it listens, where its data lies. Together with those of the other rooms they are
/// all that `tern.yaml` may contain.
final class ServerOptions {

    static final Option<String> MQTT_HOST = Option.text(
            "listeners.mqtt.host",
            "127.0.0.1",
            "Address that MQTT over TCP listens on; 0.0.0.0 for all of IPv4.");

    static final Option<Integer> MQTT_PORT = Option.integer(
            "listeners.mqtt.port", 1883, 0, 65_535, "", "Port of MQTT over TCP; 0 for a free one, which is printed.");

    static final Option<String> WS_HOST = Option.text(
            "listeners.ws.host",
            "127.0.0.1",
            "Address that MQTT over WebSocket listens on; 0.0.0.0 for all of IPv4.");

    static final Option<Integer> WS_PORT = Option.integer(
            "listeners.ws.port",
            8083,
            0,
            65_535,
            "",
            "Port of MQTT over WebSocket; 0 for a free one, which is printed.");

    static final Option<String> WS_PATH = Option.text(
            "listeners.ws.path", "/mqtt", "Path of the URL that MQTT over WebSocket is served at.");

    static final Option<String> DATA_DIR = Option.text(
            "data_dir", "~/.tern", "Folder for durable data; ~ is the home of the user who runs the broker.");

    static final RuleOptions MQTT_RULES = new RuleOptions("mqtt");

    static final RuleOptions WS_RULES = new RuleOptions("ws");

    private ServerOptions() {}

    /// The data folder, with ~ replaced.
    static Path dataDir(Options options) {
        String text = options.get(DATA_DIR);
        boolean home = text.equals("~") || text.startsWith("~/");
        return home ? Path.of(System.getProperty("user.home"), text.substring(1)) : Path.of(text);
    }

    /// The listeners, as far as it matters who can reach them.
    static List<Protection.Reachable> reachable(Options options) {
        return List.of(
                new Protection.Reachable("mqtt", options.get(MQTT_HOST), MQTT_RULES.allowsAnonymous(options)),
                new Protection.Reachable("ws", options.get(WS_HOST), WS_RULES.allowsAnonymous(options)));
    }

    /// Every key that is declared anywhere.
    ///
    /// @return in the order of the reference page
    static List<Option<?>> all() {
        List<Option<?>> all = new ArrayList<>(
                List.of(MQTT_HOST, MQTT_PORT, WS_HOST, WS_PORT, WS_PATH, DATA_DIR));
        all.addAll(MQTT_RULES.all());
        all.addAll(WS_RULES.all());
        all.add(AuthenticationConfig.SOURCES);
        all.add(AuthorizationConfig.SOURCES);
        all.addAll(DefenceOptions.all());
        all.addAll(WatchOptions.all());
        all.addAll(BrokerOptions.all());
        return all;
    }
}
