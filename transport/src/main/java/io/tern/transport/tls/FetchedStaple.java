package io.tern.transport.tls;

import io.tern.api.LostProcess;
import io.tern.keys.KeyFileException;
import io.tern.keys.Ocsp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// The OCSP response of one certificate, asked for again and again in the background, long before it is out of date.
///
/// One request at a time, each with a bound in time and bytes. What was fetched stays in use as long as it may be
/// relied on, whatever becomes of later requests, unless one says that the certificate is revoked. Read by any thread.
final class FetchedStaple implements Staple {

    private static final Duration REQUEST_TIME = Duration.ofSeconds(10);
    private static final int RESPONSE_BYTES_MAX = 64 * 1024;
    private static final Duration FIRST_RETRY = Duration.ofMinutes(1);
    private static final Duration LAST_RETRY = Duration.ofHours(1);
    /// How long a response is used that doesn't say how long it may be.
    private static final Duration UNSAID_LIFE = Duration.ofHours(12);

    /// A response that may be stapled.
    private record Good(byte[] response, Instant until) {}

    private final X509Certificate certificate;
    private final X509Certificate issuer;
    private final URI responder;
    private final String file;
    private final AtomicReference<Good> good = new AtomicReference<>();
    private volatile String problem;
    private volatile Instant due = Instant.MIN;
    private volatile boolean asking;
    private Duration retry = FIRST_RETRY;

    /// Asks for nothing yet.
    ///
    /// @param file the certificate's, for messages
    FetchedStaple(X509Certificate certificate, X509Certificate issuer, URI responder, String file) {
        this.certificate = certificate;
        this.issuer = issuer;
        this.responder = responder;
        this.file = file;
    }

    @Override
    public byte[] response() {
        Good now = good.get();
        return now == null ? null : now.response;
    }

    /// What was wrong with the last request's answer.
    @Override
    public String problem() {
        return problem;
    }

    /// Asks for another, too, if it is time: on a thread of its own.
    @Override
    public void look(Instant now) {
        Good held = good.get();
        if (held != null && !now.isBefore(held.until)) {
            good.compareAndSet(held, null); // There may be a later one by now.
        }
        if (!asking && !now.isBefore(due)) {
            asking = true;
            Thread.ofVirtual().name("ocsp").start(() -> ask(now));
        }
    }

    private void ask(Instant now) {
        try {
            byte[] response = fetched();
            Ocsp.Life life = Ocsp.check(response, certificate, issuer, now);
            Instant until = life.nextUpdate() == null ? now.plus(UNSAID_LIFE) : life.nextUpdate();
            good.set(new Good(response, until));
            problem = null;
            retry = FIRST_RETRY;
            Duration half = Duration.between(now, until).dividedBy(2);
            due = now.plus(half.compareTo(FIRST_RETRY) < 0 ? FIRST_RETRY : half);
        } catch (KeyFileException e) {
            if (Ocsp.isRevoked(e)) {
                good.set(null);
            }
            failed(now, "the answer can't be used: " + e.getMessage());
        } catch (IOException | RuntimeException | Error e) {
            LostProcess.endIf(e);
            failed(now, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            failed(now, "interrupted");
            Thread.currentThread().interrupt();
        } finally {
            asking = false;
        }
    }

    private void failed(Instant now, String why) {
        Good held = good.get();
        problem = file + ": OCSP from " + responder + ": " + why
                + (held == null ? "; nothing is stapled" : "; what was fetched before is stapled until " + held.until);
        due = now.plus(retry);
        Duration twice = retry.multipliedBy(2);
        retry = twice.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : twice;
    }

    private byte[] fetched() throws IOException, InterruptedException, KeyFileException {
        HttpRequest request = HttpRequest.newBuilder(responder)
                .header("Content-Type", "application/ocsp-request")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Ocsp.request(certificate, issuer)))
                .build();
        // Seldom needed, so not kept: it has a thread of its own.
        HttpClient client = HttpClient.newBuilder().connectTimeout(REQUEST_TIME).version(HttpClient.Version.HTTP_1_1)
                .build();
        try {
            // Not by the request's own limit of time, which ends where the body begins.
            HttpResponse<byte[]> answer = client
                    .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), RESPONSE_BYTES_MAX))
                    .get(REQUEST_TIME.toSeconds(), TimeUnit.SECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("HTTP status " + answer.statusCode());
            }
            return answer.body();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().toString(), e);
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + REQUEST_TIME.toSeconds() + " s", e);
        } finally {
            client.shutdownNow();
        }
    }
}
