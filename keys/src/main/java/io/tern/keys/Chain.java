package io.tern.keys;

import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/// The certificates of a file in the order in which TLS wants them: the owner's, its issuer's, the one above. Files are
/// put together from what authorities hand out, in any order, with roots, twins and strangers in them.
///
/// @param certificates owner first, as far up as the file goes
/// @param leftOut what is not part of that chain, in the order of the file
record Chain(List<X509Certificate> certificates, List<X509Certificate> leftOut) {

    /// Puts the chain of an owner together. Of several issuers that fit, as those with and without a cross-signature,
    /// the first of the file is taken.
    ///
    /// @param owner whose chain it is
    /// @param file all certificates of the file, with the owner's
    static Chain of(X509Certificate owner, List<X509Certificate> file) {
        List<X509Certificate> left = new ArrayList<>(file);
        List<X509Certificate> chain = new ArrayList<>();
        for (X509Certificate next = owner; next != null; next = issuer(next, left)) {
            X509Certificate taken = next;
            left.removeIf(taken::equals);
            chain.add(taken);
        }
        return new Chain(chain, left);
    }

    /// @return null if it is its own issuer, or the issuer is not there
    private static X509Certificate issuer(X509Certificate of, List<X509Certificate> among) {
        return among.stream().filter(each -> hasIssued(each, of)).findFirst().orElse(null);
    }

    private static boolean hasIssued(X509Certificate issuer, X509Certificate of) {
        if (!issuer.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
            return false;
        }
        try {
            of.verify(issuer.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // Another key of the same name.
        }
    }
}
