package io.tern.auth.http;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Place;
import io.tern.api.Verdict;
import io.tern.auth.acl.TokenRules;
import io.tern.auth.work.Digest;
import io.tern.auth.work.Remembered;
import io.tern.json.Json;
import io.tern.wire.ReasonCode;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/// Asks a service who may connect, in EMQX's words: 200 with `{"result": "allow" | "deny" | "ignore", "is_superuser",
/// "acl", "expire_at", "clientid_override", "roles"}`, or 204 to allow.
///
/// A field that is there has to be what it should be: one that isn't understood might be what keeps a client from too
/// much. What is answered otherwise is a refusal: 401 and 403 with 0x86, anything else, or nothing in time, with 0x88.
public final class HttpAuthenticator implements Authenticator {

    private static final int REMEMBERED_MAX = 10_000;

    private final Question question;
    private final HttpCalls calls;
    private final Clock clock;
    private final long rememberMillis;
    private final Remembered<Digest, Verdict> accepted = new Remembered<>(REMEMBERED_MAX);
    private final byte[] salt = new byte[32];

    /// Prepares for one service.
    ///
    /// @param options values of [HttpOptions#ofAuthentication]
    /// @param clock the time
    /// @throws IllegalArgumentException if they make no sense
    public HttpAuthenticator(Options options, Clock clock) {
        Map<String, String> usual = new LinkedHashMap<>();
        usual.put("clientid", "${clientid}");
        usual.put("username", "${username}");
        usual.put("password", "${password}");
        this.question = new Question(options, usual, Question.OF_LOGIN);
        this.calls = new HttpCalls(
                "authentication", options.get(HttpOptions.TIMEOUT), options.get(HttpOptions.CONCURRENT), clock);
        this.clock = clock;
        this.rememberMillis = options.get(HttpOptions.NO_CACHE).toMillis();
        new SecureRandom().nextBytes(salt);
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        Map<String, String> filled = question.filled(client, password, null);
        Digest key = rememberMillis == 0 ? null : Digest.of(salt, client.clientId() + "\0" + Question.query(filled));
        Verdict before = key == null ? null : accepted.get(key, clock.nowMillis());
        if (before != null) {
            answer.accept(before);
            return;
        }
        calls.call(Place.of(client.connection()), () -> Answer.isWanted(answer), question.request(filled), reply -> {
            Verdict verdict = verdict(client, reply);
            if (key != null && verdict instanceof Verdict.Allow allow) {
                long until = Math.min(
                        clock.nowMillis() + rememberMillis, clock.at(allow.identity().expiresAtMillis()));
                accepted.put(key, verdict, until, clock.nowMillis());
            }
            answer.accept(verdict);
        });
    }

    /// The service answers for the name that it was asked about; of another it knows nothing.
    private Identity identity(ClientInfo client) {
        return Identity.of("http").withUserName(question.asksFor("username") ? client.userName() : null);
    }

    private Verdict verdict(ClientInfo client, HttpCalls.Reply reply) {
        if (reply == null) {
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the service doesn't answer");
        }
        if (reply.status() == 204) {
            return Verdict.allow(identity(client));
        }
        if (reply.status() >= 400 && reply.status() != 401 && reply.status() != 403) {
            // A wrong path, or too many questions: the operator's fault or the service's, no failed login.
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the service answers " + reply.status());
        }
        if (reply.status() >= 400) {
            return Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "the service answers " + reply.status());
        }
        Map<String, Object> json = reply.status() == 200 ? Json.object(reply.body()) : null;
        Object result = json == null ? null : json.get("result");
        if ("ignore".equals(result)) {
            return Verdict.NEXT;
        }
        if ("deny".equals(result)) {
            return Verdict.deny(ReasonCode.NOT_AUTHORIZED, "the service says deny");
        }
        if (!"allow".equals(result)) {
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the service's answer is not understood");
        }
        try {
            return allowed(client, json);
        } catch (IllegalArgumentException e) {
            return Verdict.deny(ReasonCode.SERVER_UNAVAILABLE, "the service's answer: " + e.getMessage());
        }
    }

    private Verdict allowed(ClientInfo client, Map<String, Object> json) {
        Identity identity = identity(client).withSuperuser(Boolean.TRUE.equals(json.get("is_superuser")));
        if (json.containsKey("clientid_override")) {
            String id = Fields.text(json, "clientid_override");
            if (id.isEmpty()) {
                throw new IllegalArgumentException("clientid_override is empty");
            }
            identity = identity.withClientId(id);
        }
        if (json.containsKey("acl")) {
            identity = identity.withRules(TokenRules.read(json.get("acl")));
        }
        if (json.containsKey("expire_at")) {
            identity = identity.withExpiry(Fields.millis(json, "expire_at"));
        }
        if (json.containsKey("roles")) {
            identity = identity.withRoles(Fields.texts(json, "roles"));
        }
        return identity.expiresAtMillis() <= clock.machineMillis()
                ? Verdict.deny(ReasonCode.NOT_AUTHORIZED, "expired")
                : Verdict.allow(identity);
    }
}
