package io.tern.transport.tls;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/// Who may be a client: those with a certificate of one of the authorities which none of the lists revokes.
///
/// With lists, the issuer of each client needs one that is not out of date, else nobody can tell and the client is
/// refused. An authority in between needs none, but if a list revokes it, all that it issued is refused. Nothing is
/// fetched from the network.
final class ClientTrust {

    private ClientTrust() {}

    static TrustManager of(List<X509Certificate> authorities, List<X509CRL> revocationLists)
            throws GeneralSecurityException {
        Set<TrustAnchor> anchors = authorities.stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        PKIXBuilderParameters rules = new PKIXBuilderParameters(anchors, new X509CertSelector());
        rules.setRevocationEnabled(false);
        if (!revocationLists.isEmpty()) {
            rules.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocationLists)));
            PKIXRevocationChecker leaf =
                    (PKIXRevocationChecker) CertPathBuilder.getInstance("PKIX").getRevocationChecker();
            leaf.setOptions(EnumSet.of(Option.PREFER_CRLS, Option.NO_FALLBACK, Option.ONLY_END_ENTITY));
            rules.addCertPathChecker(leaf);
            rules.addCertPathChecker(new Listed(revocationLists));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(new CertPathTrustManagerParameters(rules));
        return managers.getTrustManagers()[0];
    }

    /// Refuses every certificate of a chain that a list names.
    private static final class Listed extends PKIXCertPathChecker {

        private final List<X509CRL> lists;

        Listed(List<X509CRL> lists) {
            this.lists = lists;
        }

        @Override
        public void init(boolean forward) {
            // Each certificate is looked at by itself.
        }

        @Override
        public boolean isForwardCheckingSupported() {
            return true;
        }

        @Override
        public Set<String> getSupportedExtensions() {
            return Set.of();
        }

        @Override
        public void check(Certificate certificate, Collection<String> unresolved) throws CertPathValidatorException {
            X509Certificate each = (X509Certificate) certificate;
            for (X509CRL list : lists) {
                if (list.getIssuerX500Principal().equals(each.getIssuerX500Principal()) && list.isRevoked(each)) {
                    throw new CertPathValidatorException("revoked", null, null, -1, BasicReason.REVOKED);
                }
            }
        }
    }
}
