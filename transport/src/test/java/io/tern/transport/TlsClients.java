package io.tern.transport;

import io.tern.keys.Identity;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS clients of the JDK.
final class TlsClients {

    private static final char[] ANY = "any".toCharArray();

    private final SSLContext context;

    /// @param trusted whose servers are believed
    /// @param own what the client shows when asked, or null
    TlsClients(TestAuthority trusted, TestIdentity own) {
        try {
            KeyStore authorities = KeyStore.getInstance("PKCS12");
            authorities.load(null, null);
            authorities.setCertificateEntry("ca", trusted.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(authorities);
            KeyManager[] keys = null;
            if (own != null) {
                KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
                managers.init(new Identity(own.key(), own.chain()).keyStore(ANY), ANY);
                keys = managers.getKeyManagers();
            }
            context = SSLContext.getInstance("TLS");
            context.init(keys, trust.getTrustManagers(), null);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Connects without a handshake yet.
    SSLSocket connect(int port, String host, String... versions) throws IOException {
        Socket plain = new Socket(InetAddress.getLoopbackAddress(), port);
        plain.setTcpNoDelay(true);
        return over(plain, host, true, versions);
    }

    /// Asks for a host and takes the certificate of any.
    SSLSocket anyHost(int port, String host) throws IOException {
        SSLSocket socket = over(new Socket(InetAddress.getLoopbackAddress(), port), host, false);
        socket.startHandshake();
        return socket;
    }

    SSLSocket over(Socket plain, String host, boolean strict, String... versions) throws IOException {
        plain.setSoTimeout(20_000);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, plain.getPort(), true);
        SSLParameters parameters = socket.getSSLParameters();
        if (strict) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (host != null) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        parameters.setApplicationProtocols(new String[] {"mqtt"});
        if (versions.length > 0) {
            parameters.setProtocols(versions);
        }
        socket.setSSLParameters(parameters);
        return socket;
    }

    /// Connects and shakes hands.
    SSLSocket open(int port, String... versions) throws IOException {
        SSLSocket socket = connect(port, "localhost", versions);
        try {
            socket.startHandshake();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        return socket;
    }
}
