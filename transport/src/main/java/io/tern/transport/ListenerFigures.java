package io.tern.transport;

import io.tern.api.Figure;
import io.tern.transport.ListenerCounters.Event;
import io.tern.transport.tls.CertificateLife;
import io.tern.transport.tls.ListenerTls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;

/// The figures of all listeners, told apart by their names.
public final class ListenerFigures {

    private ListenerFigures() {}

    /// The figures of some listeners.
    ///
    /// @param listeners that are open, with different names
    /// @return what is counted at each, and until when the certificates of those with TLS are good
    public static List<Figure> of(List<Listener> listeners) {
        List<Figure> all = new ArrayList<>();
        for (Event event : Event.values()) {
            String name = "tern_listener_" + event.name().toLowerCase(Locale.ROOT) + "_total";
            all.add(Figure.counter(name, meaning(event), "listener",
                    byName(listeners, each -> () -> each.counters().get(event))));
        }
        List<Listener> secure = listeners.stream().filter(each -> each.tls().isPresent()).toList();
        all.add(Figure.gauge("tern_certificate_expiry_timestamp_seconds",
                "When the first of the listener's certificates, of those above them, of its clients' authorities and of"
                        + " revocation lists ends, in seconds since 1970.",
                "listener", byName(secure, each -> () -> expirySeconds(each.tls().orElseThrow()))));
        return all;
    }

    private static Map<String, DoubleSupplier> byName(
            List<Listener> listeners, Function<Listener, DoubleSupplier> reading) {
        Map<String, DoubleSupplier> readings = new LinkedHashMap<>();
        listeners.forEach(each -> readings.put(each.name(), reading.apply(each)));
        return readings;
    }

    private static double expirySeconds(ListenerTls tls) {
        return tls.lives().stream()
                .map(CertificateLife::notAfter)
                .mapToLong(Instant::getEpochSecond)
                .min()
                .orElse(0);
    }

    private static String meaning(Event event) {
        return switch (event) {
            case OPENED -> "Connections that came through to MQTT.";
            case NOT_ADMITTED -> "Sockets closed before anything was spent on them: bans, limits.";
            case NOT_TLS -> "Connections that spoke no TLS where it is spoken.";
            case TLS_FAILED -> "TLS handshakes that failed.";
            case ORIGIN_REFUSED -> "WebSockets of web pages that may not connect.";
            case TOO_SLOW -> "Sockets closed because they took too long until MQTT could begin.";
            case PROXY_NOT_TRUSTED -> "Sockets from an address that is no trusted proxy.";
            case PROXY_BROKEN -> "Trusted proxies that did not say, or not clearly, whom they speak for.";
            case HANDSHAKES_FULL -> "Times when accepting rested, as too many handshakes were under way.";
        };
    }
}
