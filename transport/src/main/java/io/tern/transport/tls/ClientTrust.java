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
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Who may be a client: those with a certificate of one of the authorities which none of the lists revokes.
///
/// Nothing is fetched from the network, which the JDK's own check of revocation does for whatever a certificate names,
/// on the thread of the handshake and for as long as it takes.
final class ClientTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;
    private final RevocationLists lists;
    private final Clock clock;

    private ClientTrust(X509ExtendedTrustManager authorities, RevocationLists lists, Clock clock) {
        this.authorities = authorities;
        this.lists = lists;
        this.clock = clock;
    }

    static TrustManager of(List<X509Certificate> authorities, List<X509CRL> revocationLists)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters rules = new PKIXBuilderParameters(anchors, new X509CertSelector());
        rules.setRevocationEnabled(false);
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(new CertPathTrustManagerParameters(rules));
        X509ExtendedTrustManager plain = (X509ExtendedTrustManager) managers.getTrustManagers()[0];
        return revocationLists.isEmpty()
                ? plain
                : new ClientTrust(plain, new RevocationLists(revocationLists, authorities), Clock.system());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
            throws CertificateException {
        authorities.checkClientTrusted(chain, type, engine);
        lists.check(List.of(chain), clock.nowMillis());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
        authorities.checkClientTrusted(chain, type, socket);
        lists.check(List.of(chain), clock.nowMillis());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        authorities.checkClientTrusted(chain, type);
        lists.check(List.of(chain), clock.nowMillis());
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
