package io.tern.transport;

import java.util.List;

/// How a WebSocket listener takes its clients.
///
/// @param paths of the URL at which MQTT is served, each begins with a slash; one at the end of a request's path makes
///     no difference
/// @param allowedOrigins web pages that may connect: `https://app.example.com`, `https://*.example.com` for all below,
///     or `*`; if empty, those of the same host and of this machine. Clients that are no browsers name no origin
/// @param requiresSubprotocol whether a client must offer `mqtt` or `mqttv3.1`; others may offer nothing at all
public record WebOptions(List<String> paths, List<String> allowedOrigins, boolean requiresSubprotocol) {

    /// What holds unless told otherwise.
    public static final WebOptions DEFAULT = new WebOptions(List.of("/mqtt", "/"), List.of(), false);

    /// Checks the paths.
    public WebOptions {
        paths = List.copyOf(paths);
        allowedOrigins = List.copyOf(allowedOrigins);
        if (paths.isEmpty() || !paths.stream().allMatch(path -> path.startsWith("/"))) {
            throw new IllegalArgumentException("paths " + paths);
        }
    }

    /// Says whether MQTT is served there.
    boolean serves(String path) {
        return paths.contains(path)
                || path.endsWith("/") && paths.contains(path.substring(0, path.length() - 1))
                || paths.contains(path + "/");
    }
}
