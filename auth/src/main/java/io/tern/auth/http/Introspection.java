package io.tern.auth.http;

import io.tern.api.Answer;
import io.tern.api.Clock;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Place;
import io.tern.api.Verdict;
import io.tern.auth.token.TokenVerifier;
import io.tern.auth.work.Digest;
import io.tern.auth.work.Remembered;
import io.tern.json.Json;
import io.tern.wire.ReasonCode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// Asks an authorization server about opaque tokens (RFC 7662). The user's name is `username`, or else `sub`; the words
/// of `scope` become roles.
public final class Introspection implements TokenVerifier {

    private static final int REMEMBERED_MAX = 10_000;

    private final java.net.URI url;
    private final String authorization;
    private final HttpCalls calls;
    private final Clock clock;
    private final long rememberMillis;
    private final Remembered<Digest, Verdict> active = new Remembered<>(REMEMBERED_MAX);
    private final byte[] salt = new byte[32];
    private final Set<String> methods;
    private final Set<String> audience;
    private final Set<String> clients;

    /// Prepares for one server.
    ///
    /// @param options values of [HttpOptions#ofIntrospection]
    /// @param secret the broker's secret there
    /// @param clock the time
    /// @throws IllegalArgumentException if they make no sense
    public Introspection(Options options, String secret, Clock clock) {
        this.url = Question.url(options.get(HttpOptions.URL));
        String basic = Question.query(Map.of(options.get(HttpOptions.CLIENT_ID), secret)).replaceFirst("=", ":");
        this.authorization = options.get(HttpOptions.CLIENT_ID).isEmpty()
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8));
        this.calls = new HttpCalls(
                "introspection", options.get(HttpOptions.TIMEOUT), options.get(HttpOptions.CONCURRENT), clock);
        this.clock = clock;
        this.rememberMillis = options.get(HttpOptions.NO_CACHE).toMillis();
        String method = options.get(HttpOptions.METHOD_NAME);
        this.methods = method.isEmpty() ? Set.of() : Set.of(method);
        this.audience = Set.copyOf(options.get(HttpOptions.AUDIENCE));
        this.clients = Set.copyOf(options.get(HttpOptions.CLIENTS));
        new SecureRandom().nextBytes(salt);
    }

    /// The secret as it was configured.
    ///
    /// @param options values of [HttpOptions#ofIntrospection]
    /// @return text, perhaps a reference to the environment
    public static String secret(Options options) {
        return options.get(HttpOptions.CLIENT_SECRET);
    }

    @Override
    public Set<String> methods() {
        return methods;
    }

    @Override
    public void verify(io.tern.api.ClientInfo client, String token, Consumer<Verdict> answer) {
        if (token.isEmpty()) {
            answer.accept(Verdict.NEXT);
            return;
        }
        Digest key = rememberMillis == 0 ? null : Digest.of(salt, token);
        Verdict before = key == null ? null : active.get(key, clock.nowMillis());
        if (before != null) {
            answer.accept(before);
            return;
        }
        Map<String, String> form = new LinkedHashMap<>();
        form.put("token", token);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("content-type", "application/x-www-form-urlencoded");
        headers.put("accept", "application/json");
        if (authorization != null) {
            headers.put("authorization", authorization);
        }
        HttpRequest request = HttpCalls.request(url, headers)
                .POST(HttpRequest.BodyPublishers.ofString(Question.query(form)))
                .build();
        calls.call(Place.of(client.connection()), () -> Answer.isWanted(answer), request, reply -> {
            Verdict verdict = verdict(reply);
            if (key != null && verdict instanceof Verdict.Allow allow) {
                long until = Math.min(
                        clock.nowMillis() + rememberMillis, clock.at(allow.identity().expiresAtMillis()));
                active.put(key, verdict, until, clock.nowMillis());
            }
            answer.accept(verdict);
        });
    }

    private Verdict verdict(HttpCalls.Reply reply) {
        Map<String, Object> json = reply == null || reply.status() != 200 ? null : Json.object(reply.body());
        if (json == null || !(json.get("active") instanceof Boolean active)) {
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the authorization server doesn't answer");
        }
        if (!active) {
            return Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the token is not active");
        }
        if (!isOneOf(audience, json.get("aud"))) {
            return Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the token is for another audience");
        }
        if (!isOneOf(clients, json.get("client_id"))) {
            return Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the token is another application's");
        }
        Object name = json.get("username") instanceof String text ? text : json.get("sub");
        if (!(name instanceof String user) || user.isEmpty()) {
            return Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the token belongs to nobody");
        }
        Identity identity = Identity.of("introspection").withUserName(user);
        try {
            if (json.containsKey("scope") && !Fields.text(json, "scope").isBlank()) {
                identity = identity.withRoles(new HashSet<>(
                        Arrays.asList(Fields.text(json, "scope").strip().split("\\s+"))));
            }
            if (json.containsKey("exp")) {
                identity = identity.withExpiry(Fields.millis(json, "exp"));
            }
        } catch (IllegalArgumentException e) {
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the authorization server's answer: " + e.getMessage());
        }
        return identity.expiresAtMillis() <= clock.machineMillis()
                ? Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the token has expired")
                : Verdict.allow(identity);
    }

    /// @param wanted any if empty
    /// @param told a text, or a list of which one is enough
    private static boolean isOneOf(Set<String> wanted, Object told) {
        return wanted.isEmpty()
                || told instanceof String text && wanted.contains(text)
                || told instanceof List<?> list && list.stream().anyMatch(wanted::contains);
    }
}
