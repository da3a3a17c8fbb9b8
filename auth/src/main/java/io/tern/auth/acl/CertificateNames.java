package io.tern.auth.acl;

import io.tern.api.PeerCertificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/// Certificates that a rule names: each by one of its names. The form of a name says which one is meant, so that nobody
/// gets a common name that looks like another's alternative name, distinguished name or fingerprint.
///
/// @param commonNames what is in none of the other forms
/// @param subjects distinguished names, as RFC 2253 writes them
/// @param altNames with their kinds, such as `DNS:`
/// @param fingerprints in lower-case hexadecimal digits
record CertificateNames(
        Set<String> commonNames, Set<String> subjects, Set<String> altNames, Set<String> fingerprints) {

    static final CertificateNames NONE = new CertificateNames(Set.of(), Set.of(), Set.of(), Set.of());

    private static final List<String> KINDS = List.of("DNS:", "email:", "URI:", "IP:");
    private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-fA-F]{64}|([0-9a-fA-F]{2}:){31}[0-9a-fA-F]{2}");

    /// Makes it immutable.
    CertificateNames {
        commonNames = Set.copyOf(commonNames);
        subjects = Set.copyOf(subjects);
        altNames = Set.copyOf(altNames);
        fingerprints = Set.copyOf(fingerprints);
    }

    /// Reads them.
    ///
    /// @throws IllegalArgumentException if one is in no form
    static CertificateNames of(List<String> names) {
        CertificateNames.Builder all = new Builder();
        names.forEach(all::add);
        return new CertificateNames(all.commonNames, all.subjects, all.altNames, all.fingerprints);
    }

    boolean isEmpty() {
        return commonNames.isEmpty() && subjects.isEmpty() && altNames.isEmpty() && fingerprints.isEmpty();
    }

    /// Whether a certificate is one of them.
    ///
    /// @param certificate or null for none
    boolean include(PeerCertificate certificate) {
        return certificate != null
                && (certificate.commonName() != null && commonNames.contains(certificate.commonName())
                        || subjects.contains(certificate.subjectDn())
                        || fingerprints.contains(certificate.fingerprint())
                        || !altNames.isEmpty() && certificate.subjectAltNames().stream().anyMatch(altNames::contains));
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        List.of(commonNames, subjects, altNames, fingerprints)
                .forEach(each -> each.stream().sorted().forEach(all::add));
        return all.toString();
    }

    private static final class Builder {
        private final Set<String> commonNames = new HashSet<>();
        private final Set<String> subjects = new HashSet<>();
        private final Set<String> altNames = new HashSet<>();
        private final Set<String> fingerprints = new HashSet<>();

        void add(String name) {
            if (FINGERPRINT.matcher(name).matches()) {
                fingerprints.add(name.replace(":", "").toLowerCase(Locale.ROOT));
            } else if (KINDS.stream().anyMatch(name::startsWith)) {
                altNames.add(name);
            } else if (KINDS.stream().anyMatch(kind -> name.regionMatches(true, 0, kind, 0, kind.length()))) {
                throw new IllegalArgumentException("'" + name + "': the kinds of names are written "
                        + String.join(" ", KINDS));
            } else if (name.indexOf('=') >= 0) {
                subjects.add(new X500Principal(name).getName());
            } else {
                commonNames.add(name);
            }
        }
    }
}
