package io.tern.auth.http;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Decision;
import io.tern.api.Options;
import io.tern.api.Place;
import io.tern.auth.work.Digest;
import io.tern.auth.work.Remembered;
import io.tern.json.Json;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// Asks a service who may publish and subscribe, in EMQX's words: 200 with `{"result": "allow" | "deny" | "ignore"}`,
/// or 204 to allow. An answer is remembered for whoever would be asked about in the same words. Whatever is answered
/// otherwise, or nothing in time, is no answer, and not remembered. About single messages it isn't asked.
public final class HttpAuthorizer implements Authorizer {

    /// About 15 MiB, as a question is known again by its hash, however long the topic.
    private static final int REMEMBERED_MAX = 100_000;

    private final Question question;
    private final HttpCalls calls;
    private final Clock clock;
    private final long rememberMillis;
    private final Remembered<Digest, Decision> answers = new Remembered<>(REMEMBERED_MAX);
    /// How often everything was forgotten. What was asked before is remembered under another name than is looked for.
    private final AtomicInteger forgotten = new AtomicInteger();

    /// Prepares for one service.
    ///
    /// @param options values of [HttpOptions#ofAuthorization]
    /// @param clock the time
    /// @throws IllegalArgumentException if they make no sense
    public HttpAuthorizer(Options options, Clock clock) {
        Map<String, String> usual = new LinkedHashMap<>();
        for (String name : new String[] {"clientid", "username", "action", "topic", "qos", "retain", "peerhost"}) {
            usual.put(name, "${" + name + "}");
        }
        this.question = new Question(options, usual, Question.OF_ACCESS);
        this.calls = new HttpCalls(
                "authorization", options.get(HttpOptions.TIMEOUT), options.get(HttpOptions.CONCURRENT), clock);
        this.clock = clock;
        this.rememberMillis = options.get(HttpOptions.CACHE).toMillis();
    }

    /// Asks about everything anew, since rights may have been withdrawn. Any thread.
    public void forget() {
        forgotten.incrementAndGet();
        answers.clear();
    }

    @Override
    public Decision decide(ClientInfo client, Access access) {
        // A service that allows what it doesn't know has not named the broker's own topics.
        if (access.action() == Access.Action.RECEIVE || access.isControl()) {
            return Decision.NEXT;
        }
        Decision known = answers.get(asked(client, access, forgotten.get()), clock.nowMillis());
        return known == null ? Decision.LATER : known;
    }

    /// An answer is remembered for whoever would be asked about in the same words.
    private Digest asked(ClientInfo client, Access access, int times) {
        byte[] salt = ByteBuffer.allocate(Integer.BYTES).putInt(times).array();
        return Digest.of(salt, Question.query(question.filled(client, null, access)));
    }

    @Override
    public void ask(ClientInfo client, Access access, Consumer<Decision> answer) {
        HttpRequest request = question.request(question.filled(client, null, access));
        int times = forgotten.get();
        calls.call(Place.of(client.connection()), () -> true, request, reply -> {
            Decision decision = decision(reply);
            if (decision != null && rememberMillis > 0) {
                long now = clock.nowMillis();
                answers.put(asked(client, access, times), decision, now + rememberMillis, now);
            }
            answer.accept(decision == null ? Decision.UNKNOWN : decision);
        });
    }

    /// @return null if that is no answer
    private static Decision decision(HttpCalls.Reply reply) {
        if (reply == null) {
            return null;
        }
        if (reply.status() == 204) {
            return Decision.ALLOW;
        }
        Map<String, Object> json = reply.status() == 200 ? Json.object(reply.body()) : null;
        return switch (json == null ? "" : String.valueOf(json.get("result"))) {
            case "allow" -> Decision.ALLOW;
            case "deny" -> Decision.DENY;
            case "ignore" -> Decision.NEXT;
            default -> null;
        };
    }

    @Override
    public boolean mayDeny(ClientInfo client, String filter) {
        return false;
    }

    @Override
    public String explain(ClientInfo client, Access access) {
        Decision known = answers.get(asked(client, access, forgotten.get()), clock.nowMillis());
        return "http: " + (known == null
                ? "not asked about it lately"
                : known.name().toLowerCase(Locale.ROOT) + ", as answered");
    }
}
