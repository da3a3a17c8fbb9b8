package io.tern.auth.http;

import io.tern.api.Option;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The settings of the sources that are asked over HTTP.
public final class HttpOptions {

    /// How a request goes out.
    public enum Method {
        /// With a body.
        POST,
        /// With a query.
        GET
    }

    static final Option<String> URL =
            Option.text("url", "", "Where to ask. Use https, except for a service on this machine.");
    static final Option<Method> METHOD = Option.choice(
            "method", Method.POST, "POST sends the body as JSON or as a form, GET puts it into the query.");
    static final Option<Map<String, String>> HEADERS = Option.named(
            "headers", "Headers to send; content-type application/x-www-form-urlencoded sends a form.");
    static final Option<Map<String, String>> BODY = Option.named(
            "body",
            "What to send, with ${clientid} ${username} ${peerhost} ${peerport} ${listener} ${cert_common_name}"
                    + " ${cert_subject} ${proto_name}, for authentication ${password}, and for authorization ${action}"
                    + " ${topic} ${qos} ${retain}. What a client doesn't have is sent as an empty text.");
    static final Option<Duration> TIMEOUT = Option.duration(
            "timeout", Duration.ofSeconds(5), Duration.ofMillis(10), Duration.ofMinutes(1), "Longest time for a call.");
    static final Option<Integer> CONCURRENT = Option.integer(
            "concurrent", 64, 1, 10_000, "calls", "Most calls at the same time; four times as many may wait.");
    static final Option<Duration> NO_CACHE = Option.duration(
            "cache", Duration.ZERO, Duration.ZERO, Duration.ofDays(1), "How long an acceptance is remembered.");
    static final Option<Duration> CACHE = Option.duration(
            "cache",
            Duration.ofMinutes(1),
            Duration.ZERO,
            Duration.ofDays(1),
            "How long an answer is remembered; 100,000 answers at most.");
    static final Option<String> CLIENT_ID =
            Option.text("client_id", "", "What the broker is called at the service.");
    static final Option<String> CLIENT_SECRET =
            Option.text("client_secret", "", "Its secret there; ${NAME} takes it from the environment.");
    static final Option<List<String>> AUDIENCE = Option.names(
            "audience", "Of these aud must name one, so that a token for another service is none here;"
                    + " anything if it isn't given.");
    static final Option<List<String>> CLIENTS = Option.names(
            "clients", "Of these client_id must be one, the applications whose tokens are taken; anything if it"
                    + " isn't given.");
    static final Option<String> METHOD_NAME = Option.text(
            "auth_method",
            "",
            "Authentication Method of MQTT 5.0 by which the token may also come in AUTH packets; none if empty.");

    private HttpOptions() {}

    /// Those of `http` in `authentication`.
    ///
    /// @return for the reader and the reference page
    public static List<Option<?>> ofAuthentication() {
        return with(List.of(URL, METHOD, HEADERS, BODY, NO_CACHE));
    }

    /// Those of `http` in `authorization`.
    ///
    /// @return for the reader and the reference page
    public static List<Option<?>> ofAuthorization() {
        return with(List.of(URL, METHOD, HEADERS, BODY, CACHE));
    }

    /// Those of `introspection`.
    ///
    /// @return for the reader and the reference page
    public static List<Option<?>> ofIntrospection() {
        return with(List.of(URL, CLIENT_ID, CLIENT_SECRET, AUDIENCE, CLIENTS, NO_CACHE, METHOD_NAME));
    }

    private static List<Option<?>> with(List<Option<?>> own) {
        List<Option<?>> all = new ArrayList<>(own);
        all.add(TIMEOUT);
        all.add(CONCURRENT);
        return all;
    }
}
