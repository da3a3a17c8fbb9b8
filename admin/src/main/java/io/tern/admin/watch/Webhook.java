package io.tern.admin.watch;

import io.tern.api.LostProcess;
import io.tern.api.SecurityEvent;
import io.tern.api.Worker;
import io.tern.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Posts events to a URL, one after the other: three attempts for each, then it is given up and counted. What comes
/// while a thousand wait is dropped and counted.
final class Webhook implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Webhook.class);

    private static final int WAITING_MAX = 1_000;
    private static final int ATTEMPTS_MAX = 3;
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final URI url;
    private final Set<String> kinds;
    private final long pauseMillis;
    private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
    private final AtomicLong lost = new AtomicLong();
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final Worker worker;
    private boolean failing;

    /// @param pauseMillis between two attempts, twice as long each time
    Webhook(String url, List<String> kinds, long pauseMillis) {
        this.url = checked(url);
        for (String kind : kinds) {
            if (!EventFacts.kinds().contains(kind)) {
                throw new IllegalArgumentException("alarms.webhook_events: there is no event " + kind + "; there are "
                        + String.join(", ", EventFacts.kinds()));
            }
        }
        this.kinds = Set.copyOf(kinds);
        this.pauseMillis = pauseMillis;
        this.worker = Worker.start("webhook", this::next, bug -> LOG.error("bug while an event is posted", bug));
    }

    /// Also what only fails when it is used first, such as a host's name with `_` in it.
    private static URI checked(String text) {
        try {
            URI url = URI.create(text);
            HttpRequest.newBuilder(url);
            return url;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "alarms.webhook: expected https://... or http://..., found " + text + ": " + e.getMessage(), e);
        }
    }

    void offer(SecurityEvent event, long atMillis) {
        if (kinds.contains(EventFacts.kind(event)) && !waiting.offer(Json.text(EventFacts.of(event, atMillis)))) {
            lost.incrementAndGet();
        }
    }

    long lost() {
        return lost.get();
    }

    private void next() throws InterruptedException {
        String body = waiting.take();
        boolean sent = false;
        try {
            for (int i = 0; i < ATTEMPTS_MAX && !sent; i++) {
                if (i > 0) {
                    TimeUnit.MILLISECONDS.sleep(pauseMillis << i - 1);
                }
                sent = sent(body);
            }
        } finally {
            if (!sent) {
                lost.incrementAndGet();
            }
        }
    }

    private boolean sent(String body) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(LIMIT)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        String fault;
        try {
            int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 == 2) {
                failing = false;
                return true;
            }
            fault = "status " + status;
        } catch (IOException e) {
            LostProcess.endIf(e); // The client's own threads have met it.
            fault = e.toString();
        }
        if (!failing) {
            failing = true;
            LOG.warn("the webhook at {} fails: {}", url.getHost(), fault);
        }
        return false;
    }

    @Override
    public void close() {
        worker.close();
    }
}
