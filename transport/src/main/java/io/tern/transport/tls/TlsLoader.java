package io.tern.transport.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.tern.api.Clock;
import io.tern.api.PeerCertificate;
import io.tern.keys.Certificates;
import io.tern.keys.Identity;
import io.tern.keys.KeyFileException;
import io.tern.keys.Ocsp;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import javax.security.auth.x500.X500Principal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns files into a [TlsContext], or says what is wrong with them.
final class TlsLoader {

    /// Most sessions of TLS 1.2 that are remembered for a client who comes back.
    private static final int SESSIONS_REMEMBERED = 10_000;

    /// How long a client may come back to such a session. Unit: seconds.
    private static final int SESSION_SECONDS = 3_600;

    private static final List<String> CIPHER_SUITES_13 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final int DNS = 2;
    private static final Logger LOG = LoggerFactory.getLogger(TlsLoader.class);

    private final TlsOptions options;
    private final List<String> alpn;
    private final TlsProvider provider;
    private final Clock clock;
    private final List<String> cipherSuites;
    /// By certificate, so that one that is loaded again has its response at once.
    private final Map<X509Certificate, FetchedStaple> fetched = new HashMap<>();
    /// Of the revocation lists loaded last: some may stand below the authorities of clients.
    private Set<X500Principal> issuers = Set.of();

    /// Checks what doesn't depend on files.
    ///
    /// @param alpn application protocols to agree on, best first
    /// @throws TlsException if the provider doesn't know a cipher suite
    TlsLoader(TlsOptions options, List<String> alpn, TlsProvider provider, Clock clock) throws TlsException {
        this.options = options;
        this.alpn = alpn;
        this.provider = provider;
        this.clock = clock;
        this.cipherSuites = cipherSuites(options, provider);
    }

    private static List<String> cipherSuites(TlsOptions options, TlsProvider provider) throws TlsException {
        List<String> cipherSuites = new ArrayList<>(CIPHER_SUITES_13);
        boolean isDefault = options.cipherSuites().isEmpty();
        for (String name : isDefault ? TlsOptions.CIPHER_SUITES : options.cipherSuites()) {
            String suite = provider.cipherSuite(name);
            if (suite == null) {
                throw new TlsException(name + " is no cipher suite of " + provider.describe(), null);
            }
            if (!cipherSuites.contains(suite)) {
                cipherSuites.add(suite);
            }
        }
        return cipherSuites;
    }

    /// Builds everything anew.
    ///
    /// @param aliveAt if not null, certificates and lists must be in their time then
    /// @throws TlsException naming the file
    TlsContext load(Contents contents, Instant aliveAt) throws TlsException {
        List<CertificateLife> lives = new ArrayList<>();
        Clients clients = clients(contents, aliveAt, lives);
        List<TlsContext.Entry> entries = new ArrayList<>();
        try {
            entries.add(entry(options.identity(), contents, clients, aliveAt, lives));
            for (IdentityFiles other : options.others()) {
                entries.add(entry(other, contents, clients, aliveAt, lives));
            }
            TlsContext loaded = new TlsContext(entries, lives, clients.trust);
            fetched.values().retainAll(loaded.staples());
            return loaded;
        } catch (TlsException | RuntimeException | Error e) {
            entries.forEach(TlsContext.Entry::release);
            throw e;
        }
    }

    /// Who may be a client.
    ///
    /// @param trust who decides; null if clients aren't asked
    /// @param kinds of keys that the authorities have: their clients' are probably of the same
    private record Clients(ClientTrust trust, Set<String> kinds) {}

    private Clients clients(Contents contents, Instant aliveAt, List<CertificateLife> lives)
            throws TlsException {
        if (options.clientAuth() == ClientAuth.NONE) {
            return new Clients(null, Set.of());
        }
        Path at = options.clientCa();
        try {
            List<X509Certificate> authorities = Certificates.read(contents.of(at));
            List<X509CRL> lists = List.of();
            if (options.crl() != null) {
                at = options.crl();
                lists = Certificates.revocationLists(contents.of(at));
                for (X509CRL list : lists) {
                    addLife(list, aliveAt, lives);
                }
                checkUse(lists, authorities, aliveAt != null);
            }
            Set<String> kinds = authorities.stream()
                    .map(each -> each.getPublicKey().getAlgorithm())
                    .collect(Collectors.toSet());
            addLives(authorities, lives);
            return new Clients(ClientTrust.of(authorities, lists, clock), kinds);
        } catch (KeyFileException e) {
            throw new TlsException(at + ": " + e.getMessage(), e);
        } catch (GeneralSecurityException e) {
            throw new TlsException(at + ": can't be used: " + e.getMessage(), e);
        }
    }

    /// Bundles hold authorities of the past as well, which are no news.
    private void addLives(List<X509Certificate> authorities, List<CertificateLife> lives) {
        Date now = new Date(clock.machineMillis());
        for (X509Certificate each : authorities) {
            if (each.getNotAfter().after(now)) {
                lives.add(life(options.clientCa(), each));
            }
        }
    }

    private static CertificateLife life(Path file, X509Certificate certificate) {
        return new CertificateLife(file.toString(), subject(certificate), certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    private void addLife(X509CRL list, Instant aliveAt, List<CertificateLife> lives) throws TlsException {
        String what = what(list);
        Instant begin = list.getThisUpdate().toInstant();
        if (aliveAt != null && begin.isAfter(aliveAt)) {
            throw new TlsException(options.crl() + ": the " + what + " is not valid before " + begin, null);
        }
        if (begin.isAfter(Instant.ofEpochMilli(clock.machineMillis()))) {
            LOG.warn("{}: the {} is not valid before {}: until then it lets nobody in", options.crl(), what, begin);
        }
        if (list.getNextUpdate() == null) {
            return;
        }
        Instant end = list.getNextUpdate().toInstant();
        if (aliveAt != null && end.isBefore(aliveAt)) {
            throw new TlsException(options.crl() + ": the revocation list is out of date since " + end, null);
        }
        lives.add(new CertificateLife(options.crl().toString(), what, begin, end));
    }

    private static String what(X509CRL list) {
        return "revocation list of " + list.getIssuerX500Principal().getName();
    }

    /// Lists that can tell of nobody let nobody in: they replace none that can, and are told of at the start.
    private void checkUse(List<X509CRL> lists, List<X509Certificate> authorities, boolean replaces)
            throws TlsException {
        List<String> problems = new ArrayList<>();
        for (X509CRL list : lists) {
            String useless = RevocationLists.useless(list, authorities, replaces ? issuers : Set.of());
            if (useless != null) {
                problems.add("the " + what(list) + " " + useless);
            }
        }
        boolean ofNobody = problems.size() == lists.size();
        if (ofNobody && replaces) {
            throw new TlsException(options.crl() + ": lets nobody in: " + String.join("; ", problems), null);
        }
        if (ofNobody) {
            LOG.warn("{}: {}; nobody is let in but by what is issued by authorities whose certificates clients show",
                    options.crl(), String.join("; ", problems));
        }
        issuers = lists.stream().map(X509CRL::getIssuerX500Principal).collect(Collectors.toSet());
    }

    private TlsContext.Entry entry(IdentityFiles files, Contents contents, Clients clients, Instant aliveAt,
            List<CertificateLife> lives) throws TlsException {
        Identity identity = identity(files, contents);
        X509Certificate owner = identity.chain().getFirst();
        Instant end = owner.getNotAfter().toInstant();
        if (aliveAt != null && end.isBefore(aliveAt)) {
            throw new TlsException(files.certificate() + ": the certificate has expired at " + end, null);
        }
        if (aliveAt != null && owner.getNotBefore().toInstant().isAfter(aliveAt)) {
            throw new TlsException(files.certificate() + ": the certificate is not valid before "
                    + owner.getNotBefore().toInstant(), null);
        }
        TlsProvider by = provider.orOneThatKnows(identity.key().getAlgorithm(), clients.kinds);
        if (by != provider) {
            LOG.info("{} is served by the JDK's TLS: {} has no Ed25519 or RSA-PSS keys",
                    files.certificate(), provider.describe());
        }
        if (!identity.leftOut().isEmpty()) {
            LOG.warn("{}: left out what is not part of the chain of {}: {}", files.certificate(), subject(owner),
                    identity.leftOut().stream().map(TlsLoader::subject).collect(Collectors.joining("; ")));
        }
        Staple staple = staple(files, contents, identity.chain(), by);
        for (X509Certificate above : identity.chain().subList(1, identity.chain().size())) {
            if (!isSelfIssued(above)) { // Clients have their own roots.
                lives.add(life(files.certificate(), above));
            }
        }
        lives.add(life(files.certificate(), owner));
        return new TlsContext.Entry(
                context(files, identity, clients.trust, staple != null, by), staple, names(owner));
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    private static boolean isSelfIssued(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    /// What has the response to staple; null for nothing.
    private Staple staple(
            IdentityFiles files, Contents contents, List<X509Certificate> chain, TlsProvider by) throws TlsException {
        byte[] response = contents.of(files.ocsp());
        boolean fetches = response == null && options.stapling() == TlsOptions.Stapling.FETCH;
        if ((response != null || fetches) && !by.staples()) {
            Path at = fetches ? files.certificate() : files.ocsp();
            throw new TlsException(at + ": " + by.describe() + " can't staple OCSP responses", null);
        }
        X509Certificate owner = chain.getFirst();
        X509Certificate issuer = chain.size() == 1 ? null : chain.get(1);
        if (response != null) {
            Staple staple = new FiledStaple(response, owner, issuer, files.ocsp().toString());
            staple.look(Instant.ofEpochMilli(clock.machineMillis()));
            return staple;
        }
        if (!fetches) {
            return null;
        }
        FetchedStaple before = fetched.get(owner);
        return before == null ? fetched(files.certificate(), owner, issuer) : before;
    }

    private FetchedStaple fetched(Path file, X509Certificate owner, X509Certificate issuer) throws TlsException {
        if (issuer == null) {
            throw new TlsException(
                    file + ": lacks the certificate of the issuer, without which there is no OCSP response", null);
        }
        try {
            URI responder = Ocsp.responder(owner);
            if (responder == null) {
                throw new TlsException(file + ": the certificate names no OCSP responder", null);
            }
            FetchedStaple staple = new FetchedStaple(owner, issuer, responder, file.toString());
            fetched.put(owner, staple);
            return staple;
        } catch (KeyFileException e) {
            throw new TlsException(file + ": the certificate's OCSP responder: " + e.getMessage(), e);
        }
    }

    private static Identity identity(IdentityFiles files, Contents contents) throws TlsException {
        char[] password = files.password() == null ? null : files.password().toCharArray();
        try {
            return Identity.read(contents.of(files.certificate()), contents.of(files.key()), password);
        } catch (KeyFileException e) {
            throw new TlsException((e.isOfKey() ? files.key() : files.certificate()) + ": " + e.getMessage(), e);
        }
    }

    private SslContext context(IdentityFiles files, Identity identity, ClientTrust clients, boolean staples,
            TlsProvider by) throws TlsException {
        List<String> suites = by == provider ? cipherSuites : cipherSuites(options, by);
        try {
            SslContextBuilder builder = SslContextBuilder
                    .forServer(identity.key(), identity.chain().toArray(new X509Certificate[0]))
                    .sslProvider(by.netty())
                    .protocols(options.versions())
                    .ciphers(suites, IdentityCipherSuiteFilter.INSTANCE)
                    .clientAuth(options.clientAuth().netty())
                    .sessionCacheSize(SESSIONS_REMEMBERED)
                    .sessionTimeout(SESSION_SECONDS)
                    .enableOcsp(staples)
                    .applicationProtocolConfig(new ApplicationProtocolConfig(Protocol.ALPN,
                            SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
            if (clients != null) {
                builder.trustManager(clients);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new TlsException(files.certificate() + ": can't be used: " + e.getMessage(), e);
        }
    }

    /// The hosts that a certificate is for; as clients do, the common name counts only if there is nothing else.
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            if (certificate.getSubjectAlternativeNames() != null) {
                for (List<?> name : certificate.getSubjectAlternativeNames()) {
                    if ((Integer) name.get(0) == DNS) {
                        names.add(name.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
                return names;
            }
        } catch (CertificateParsingException e) {
            return names;
        }
        String commonName = PeerCertificate.of(certificate).commonName();
        return commonName == null ? names : List.of(commonName.toLowerCase(Locale.ROOT));
    }
}
