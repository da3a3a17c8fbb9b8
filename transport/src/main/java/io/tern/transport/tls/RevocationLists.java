package io.tern.transport.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;

/// The authorities' lists of revoked certificates, as an operator gives them.
///
/// The issuer of each client needs one that its key has signed and that is not out of date, else nobody can tell and
/// the client is refused. An authority in between needs none, but if a list revokes it, all that it issued is refused.
/// For any thread.
final class RevocationLists {

    /// Says of a list that it holds changes to another one only (RFC 5280, section 5.2.4).
    private static final String DELTA = "2.5.29.27";
    /// Says of a list for which part of the certificates it is (RFC 5280, section 5.2.5).
    private static final String PART = "2.5.29.28";
    /// Marks in that extension: for authorities only, for some reasons only, of several issuers, for attributes only.
    private static final Set<Integer> OTHERS_THAN_CLIENTS = Set.of(0x82, 0x83, 0x84, 0x85);

    private final List<X509CRL> lists;
    private final List<X509Certificate> authorities;
    /// By key, the lists that it has signed: lists are long, and are verified once.
    private final ConcurrentHashMap<PublicKey, Set<X509CRL>> signed = new ConcurrentHashMap<>();

    /// @param lists at least one
    /// @param authorities whose clients are let in
    RevocationLists(List<X509CRL> lists, List<X509Certificate> authorities) {
        this.lists = List.copyOf(lists);
        this.authorities = List.copyOf(authorities);
    }

    /// Checks a chain that leads to one of the authorities.
    ///
    /// @param chain the client's certificate first
    /// @throws CertificateException if one of it is revoked, or if nobody can tell of the first
    void check(List<X509Certificate> chain, long nowMillis) throws CertificateException {
        for (X509Certificate each : chain) {
            if (isRevoked(each)) {
                throw new CertificateException(name(each) + " is revoked");
            }
        }
        X509Certificate client = chain.getFirst();
        if (!leadsUp(client, chain, new HashSet<>())) {
            throw new CertificateException(name(client) + ": an authority above it is revoked");
        }
        List<PublicKey> keys = issuers(client, chain);
        boolean told = lists.stream().anyMatch(list -> isOf(list, client) && isGood(list, nowMillis)
                && keys.stream().anyMatch(key -> isSigned(list, key)));
        if (!told) {
            throw new CertificateException(name(client) + ": its issuer has no revocation list that is in its time");
        }
    }

    private boolean isRevoked(X509Certificate certificate) {
        return lists.stream().anyMatch(list -> isOf(list, certificate) && list.isRevoked(certificate));
    }

    /// Whether there is a way from a certificate upwards on which nothing is revoked: an authority that is believed by
    /// itself may have been certified by another, which doesn't stand by it any more.
    ///
    /// @param passed what was met on the way, so that it ends
    private boolean leadsUp(X509Certificate from, List<X509Certificate> chain, Set<X509Certificate> passed) {
        if (isRevoked(from)) {
            return false;
        }
        List<X509Certificate> above = Stream.concat(chain.stream().skip(1), authorities.stream())
                .filter(each -> each.getSubjectX500Principal().equals(from.getIssuerX500Principal())
                        && !each.equals(from) && isSigned(from, each.getPublicKey()))
                .distinct()
                .toList();
        return above.isEmpty()
                || above.stream().anyMatch(each -> passed.add(each) && leadsUp(each, chain, passed));
    }

    private static boolean isOf(X509CRL list, X509Certificate certificate) {
        return list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal());
    }

    private static boolean isGood(X509CRL list, long nowMillis) {
        return list.getThisUpdate().getTime() <= nowMillis
                && (list.getNextUpdate() == null || nowMillis < list.getNextUpdate().getTime())
                && incomplete(list) == null;
    }

    /// Why a list can't tell that a client is not revoked, whoever has issued it; null if it can.
    private static String incomplete(X509CRL list) {
        if (list.getExtensionValue(DELTA) != null) {
            return "holds changes to another list only";
        }
        if (!isForClients(list.getExtensionValue(PART))) {
            return "is for a part of the certificates only, and not for all of clients";
        }
        return list.hasUnsupportedCriticalExtension() ? "has critical extensions that are not known here" : null;
    }

    /// Why no client is let in because of a list alone; null if some may be. An authority in between is not always
    /// among those whose clients are let in: clients show its certificate, and its key is known only then.
    ///
    /// @param between names of such authorities
    static String useless(X509CRL list, List<X509Certificate> authorities, Set<X500Principal> between) {
        String incomplete = incomplete(list);
        List<X509Certificate> named = authorities.stream()
                .filter(each -> each.getSubjectX500Principal().equals(list.getIssuerX500Principal()))
                .toList();
        if (incomplete != null) {
            return incomplete;
        }
        if (named.isEmpty()) {
            return between.contains(list.getIssuerX500Principal()) ? null : "is of none of the authorities of clients";
        }
        return named.stream().anyMatch(each -> isSignedBy(list, each.getPublicKey()))
                ? null : "is not signed by the authority of that name";
    }

    /// An OCTET STRING with a SEQUENCE of marks in it, each with a tag of its own; null if there is none. One that has
    /// a distribution point, the first mark, counts: which points there are is the operator's to know.
    private static boolean isForClients(byte[] part) {
        if (part == null) {
            return true;
        }
        try {
            ByteBuffer der = ByteBuffer.wrap(part);
            for (int headers = 0; headers < 2; headers++) {
                der.get();
                if (length(der) != der.remaining()) {
                    return false;
                }
            }
            while (der.hasRemaining()) {
                if (OTHERS_THAN_CLIENTS.contains(der.get() & 0xFF)) {
                    return false;
                }
                int length = length(der);
                der.position(der.position() + length);
            }
            return true;
        } catch (BufferUnderflowException | IllegalArgumentException damaged) {
            return false;
        }
    }

    /// A length as DER has it, of up to 16 MiB.
    private static int length(ByteBuffer der) {
        int first = der.get() & 0xFF;
        if (first < 0x80) {
            return first;
        }
        int length = 0;
        for (int bytes = first & 0x7F; bytes > 0; bytes--) {
            length = length << 8 | der.get() & 0xFF;
            if (length > 0xFF_FFFF) {
                throw new IllegalArgumentException("a length of more than 16 MiB");
            }
        }
        return length;
    }

    /// The keys that have signed a certificate, of all that are known.
    private List<PublicKey> issuers(X509Certificate client, List<X509Certificate> chain) {
        List<PublicKey> keys = new ArrayList<>();
        Stream.concat(chain.stream().skip(1), authorities.stream())
                .filter(each -> each.getSubjectX500Principal().equals(client.getIssuerX500Principal()))
                .map(X509Certificate::getPublicKey)
                .filter(key -> !keys.contains(key) && isSigned(client, key))
                .forEach(keys::add);
        return keys;
    }

    private static boolean isSigned(X509Certificate certificate, PublicKey key) {
        try {
            certificate.verify(key);
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private boolean isSigned(X509CRL list, PublicKey key) {
        return signed.computeIfAbsent(key, this::signedBy).contains(list);
    }

    private Set<X509CRL> signedBy(PublicKey key) {
        Set<X509CRL> all = new HashSet<>();
        for (X509CRL list : lists) {
            if (isSignedBy(list, key)) {
                all.add(list);
            }
        }
        return all;
    }

    private static boolean isSignedBy(X509CRL list, PublicKey key) {
        try {
            list.verify(key);
            return true;
        } catch (GeneralSecurityException other) {
            return false;
        }
    }

    private static String name(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }
}
