package io.tern.transport.tls;

import io.tern.api.Clock;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Who may be a client: those with a certificate of one of the authorities which none of the lists revokes. Where there
/// are no lists, that is not looked at.
///
/// Nothing is fetched from the network, which the JDK's own check of revocation does for whatever a certificate names,
/// on the thread of the handshake and for as long as it takes.
final class ClientTrust extends X509ExtendedTrustManager {

    /// What is younger was judged when it began. Sessions of BoringSSL know whole seconds.
    private static final long JUST_NOW_MILLIS = 1_000;

    private final X509ExtendedTrustManager authorities;
    private final RevocationLists lists;
    private final Clock clock;

    /// @param lists null for none
    private ClientTrust(X509ExtendedTrustManager authorities, RevocationLists lists, Clock clock) {
        this.authorities = authorities;
        this.lists = lists;
        this.clock = clock;
    }

    static ClientTrust of(List<X509Certificate> authorities, List<X509CRL> revocationLists, Clock clock)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters rules = new PKIXBuilderParameters(anchors, new X509CertSelector());
        rules.setRevocationEnabled(false);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(new CertPathTrustManagerParameters(rules));
        X509ExtendedTrustManager plain = (X509ExtendedTrustManager) managers.getTrustManagers()[0];
        return new ClientTrust(plain,
                revocationLists.isEmpty() ? null : new RevocationLists(revocationLists, authorities), clock);
    }

    /// Judges a client who comes back to a session that was begun before, for which nobody asks [#checkClientTrusted]:
    /// its certificate may have ended since, or the list by which it was judged.
    ///
    /// @param chain shown when the session began
    /// @param begunMillis when that was, by the machine's clock
    /// @throws CertificateException if it may not come any more
    void checkAgain(X509Certificate[] chain, long begunMillis) throws CertificateException {
        long now = clock.machineMillis();
        if (begunMillis > now - JUST_NOW_MILLIS) {
            return;
        }
        for (X509Certificate each : chain) {
            each.checkValidity(new Date(now));
        }
        checkLists(chain);
    }

    private void checkLists(X509Certificate[] chain) throws CertificateException {
        if (lists != null) {
            lists.check(List.of(chain), clock.machineMillis());
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        authorities.checkClientTrusted(chain, type, engine);
        checkLists(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        authorities.checkClientTrusted(chain, type, socket);
        checkLists(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkClientTrusted(chain, type);
        checkLists(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        authorities.checkServerTrusted(chain, type, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        authorities.checkServerTrusted(chain, type, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
