package io.tern.transport.tls;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Who does the cryptography.
public enum TlsProvider {

    /// Google's BoringSSL, in a native library that comes with us: about half the JDK's cost.
    BORINGSSL(SslProvider.OPENSSL_REFCNT),

    /// The JDK's own, on every platform. Can't staple OCSP responses from files.
    JDK(SslProvider.JDK);

    /// Of RSA and elliptic curves it can do more than is asked of it; of Ed25519 nothing in a server.
    private static final Set<String> BORINGSSL_KEYS = Set.of("RSA", "EC");

    private final SslProvider netty;

    TlsProvider(SslProvider netty) {
        this.netty = netty;
    }

    /// The faster one that this machine has.
    ///
    /// @return [#BORINGSSL] where its native library loads, else [#JDK]
    public static TlsProvider best() {
        return OpenSsl.isAvailable() ? BORINGSSL : JDK;
    }

    /// Names it for people.
    ///
    /// @return such as `BoringSSL` or `JDK 25.0.1`
    public String describe() {
        return this == BORINGSSL ? OpenSsl.versionString() : "JDK " + System.getProperty("java.version");
    }

    /// This one, or the JDK's if the keys are of a kind that only that knows.
    ///
    /// @param own kind of the listener's key, as Java calls it
    /// @param clients kinds of the keys that clients may have
    TlsProvider orOneThatKnows(String own, Collection<String> clients) {
        boolean knows = this == JDK || BORINGSSL_KEYS.contains(own) && BORINGSSL_KEYS.containsAll(clients);
        return knows ? this : JDK;
    }

    SslProvider netty() {
        return netty;
    }

    boolean staples() {
        return this == BORINGSSL && OpenSsl.isOcspSupported();
    }

    /// A cipher suite as the JDK calls it, from that name or OpenSSL's; null if it isn't known here.
    String cipherSuite(String name) {
        String standard = name.startsWith("TLS_") ? name : CipherSuiteConverter.toJava(name, "TLS");
        return standard != null && available().contains(standard) ? standard : null;
    }

    private Set<String> available() {
        if (this == BORINGSSL) {
            return OpenSsl.availableJavaCipherSuites();
        }
        try {
            return Arrays.stream(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
                    .collect(Collectors.toSet());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has TLS", e);
        }
    }
}
