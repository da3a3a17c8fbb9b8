package io.tern.auth.http;

import io.tern.api.Clock;
import io.tern.api.LostProcess;
import io.tern.auth.work.Breakers;
import io.tern.auth.work.Work;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Calls of one HTTP service: bounded in time and number, and spared for a while when it fails. For any thread.
public final class HttpCalls {

    private static final Logger LOG = LoggerFactory.getLogger(HttpCalls.class);

    private static final int REPLY_BYTES_MAX = 1024 * 1024;
    private static final int FAILURES_MAX = 5;
    private static final long SPARED_MILLIS = 5_000;

    /// What a service has answered.
    ///
    /// @param status of HTTP
    /// @param body at most 1 MiB
    public record Reply(int status, byte[] body) {}

    private final String name;
    private final Duration limit;
    private final Clock clock;
    private final Work work;
    private final Breakers breakers = new Breakers(FAILURES_MAX, SPARED_MILLIS);
    private final HttpClient client;

    /// Prepares for one service.
    ///
    /// @param name for the log
    /// @param limit longest time for one call, from asking to the last byte
    /// @param concurrent most calls at the same time; four times as many may wait
    /// @param clock the time
    public HttpCalls(String name, Duration limit, int concurrent, Clock clock) {
        this.name = name;
        this.limit = limit;
        this.clock = clock;
        this.work = new Work("http-" + name, concurrent, 4 * concurrent, limit);
        this.client = HttpClient.newBuilder()
                .connectTimeout(limit)
                // A redirect would carry passwords to where nobody has sent them.
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /// Calls the service from another thread.
    ///
    /// @param place for whom: those from one place wait for each other, and what fails for them is spared them alone
    /// @param wanted whether the answer is still waited for
    /// @param request made there
    /// @param answer takes the reply; null if there is none in time, if the service is spared, or if it failed (5xx)
    public void call(String place, BooleanSupplier wanted, HttpRequest request, Consumer<Reply> answer) {
        if (!breakers.permits(place, clock.nowMillis())) {
            answer.accept(null);
            return;
        }
        // What is too much for us says nothing about the service.
        work.run(place, wanted, () -> answer.accept(sent(place, request)), () -> answer.accept(null));
    }

    /// Calls the service and waits for it. Blocks the caller's thread, which must be one that may.
    ///
    /// @param request what to send
    /// @return null as in [#call]
    public Reply callNow(HttpRequest request) {
        return breakers.permits("", clock.nowMillis()) ? sent("", request) : null;
    }

    private Reply sent(String place, HttpRequest request) {
        String fault;
        boolean spared;
        CompletableFuture<HttpResponse<byte[]>> future = client.sendAsync(request, info -> limited());
        try {
            HttpResponse<byte[]> response = future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() < 500) {
                breakers.succeeded(place);
                return new Reply(response.statusCode(), response.body());
            }
            fault = "status " + response.statusCode();
            spared = breakers.failed(place, clock.nowMillis());
        } catch (TimeoutException e) {
            future.cancel(true);
            fault = "no answer within " + limit.toMillis() + " ms";
            spared = breakers.failed(place, clock.nowMillis());
        } catch (ExecutionException e) {
            LostProcess.endIf(e); // The client's own threads have met it.
            fault = String.valueOf(e.getCause());
            spared = e.getCause() instanceof ConnectException || e.getCause() instanceof HttpConnectTimeoutException
                    ? breakers.unreachable(clock.nowMillis())
                    : breakers.failed(place, clock.nowMillis());
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return null;
        }
        if (spared) {
            LOG.warn("{}: {} fails for {}, it is not asked for {} s: {}", name, host(request), place,
                    SPARED_MILLIS / 1000, fault);
        } else {
            LOG.info("{}: {} fails: {}", name, host(request), fault);
        }
        return null;
    }

    /// Without the query, which may hold secrets.
    private static String host(HttpRequest request) {
        return request.uri().getScheme() + "://" + request.uri().getAuthority();
    }

    private static HttpResponse.BodySubscriber<byte[]> limited() {
        return HttpResponse.BodySubscribers.limiting(HttpResponse.BodySubscribers.ofByteArray(), REPLY_BYTES_MAX);
    }

    /// Begins a request.
    ///
    /// @param url where to
    /// @param headers to send
    /// @return without a method and body yet
    static HttpRequest.Builder request(URI url, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url);
        headers.forEach(request::header);
        return request;
    }
}
