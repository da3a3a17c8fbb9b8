package io.tern.transport.tls;

import io.netty.handler.ssl.CipherSuiteConverter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/// Who does the cryptography.
public enum TlsProvider {

    /// Google's BoringSSL, in a native library that comes with us: about half the JDK's cost.
    BORINGSSL(SslProvider.OPENSSL_REFCNT),

    /// The JDK's own, on every platform. Can't staple OCSP responses from files.
    JDK(SslProvider.JDK);

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
