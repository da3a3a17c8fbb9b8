package io.tern.auth.http;

import io.tern.api.Clock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/// Texts that are fetched now and then, such as key sets.
public final class HttpTexts {

    private HttpTexts() {}

    /// Prepares to fetch one.
    ///
    /// @param url where from
    /// @param limit longest time
    /// @param clock the time
    /// @return fetches it, blocking; null if that fails
    public static Supplier<String> from(URI url, Duration limit, Clock clock) {
        HttpCalls calls = new HttpCalls("keys", limit, 1, clock);
        HttpRequest request = HttpCalls.request(url, Map.of("accept", "application/json")).GET().build();
        return () -> {
            HttpCalls.Reply reply = calls.callNow(request);
            return reply == null || reply.status() != 200 ? null : new String(reply.body(), StandardCharsets.UTF_8);
        };
    }
}
