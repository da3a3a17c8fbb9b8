package io.tern.auth;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.PeerCertificate;
import io.tern.api.Verdict;
import io.tern.wire.MqttVersion;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks authenticators as a broker would, and waits for the answer.
public final class Asking {

    private Asking() {}

    /// @return a client from 10.1.2.3 by the listener `mqtt`
    public static ClientInfo client(String id, String user) {
        return client(id, user, null);
    }

    /// @return the same with a certificate
    public static ClientInfo client(String id, String user, PeerCertificate certificate) {
        return new ClientInfo(id, user, MqttVersion.V5, new ConnectionInfo(
                "mqtt", "tcp", new InetSocketAddress("10.1.2.3", 4711), certificate));
    }

    /// @return what is answered
    public static Verdict verdict(Authenticator authenticator, ClientInfo client, String password) {
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        authenticator.authenticate(
                client, password == null ? null : password.getBytes(StandardCharsets.UTF_8), answer::complete);
        try {
            return answer.get(20, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /// @return the reason of a refusal, null if it is none
    public static ReasonCode reason(Verdict verdict) {
        return verdict instanceof Verdict.Deny deny ? deny.reason() : null;
    }

    /// @return options as an operator writes them: a key, then its text, in turn
    public static Options options(List<Option<?>> declared, String... keysAndTexts) {
        Options.Builder options = Options.builder();
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            String key = keysAndTexts[i];
            options.parse(declared.stream().filter(each -> each.key().equals(key)).findFirst().orElseThrow(),
                    keysAndTexts[i + 1]);
        }
        return options.build();
    }
}
