package io.tern.broker.defence;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Whose token somebody shows, as the token itself says: nobody has verified it, and failures alone are counted by it.
/// So it is not read as strictly as one that is believed.
///
/// @param name its claim `sub`; null if it has none
record ClaimedSubject(String name) {

    /// A token of RFC 7519, or one as RFC 7628 wraps it. It begins with the name of a first claim, in Base64.
    private static final Pattern TOKEN =
            Pattern.compile("(?:.*\u0001auth=Bearer )?eyJ[\\w-]+\\.(eyJ[\\w-]+)\\.[\\w-]*\u0001*", Pattern.DOTALL);
    private static final Pattern SUBJECT = Pattern.compile("\"sub\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*+)\"");

    /// Looks for one.
    ///
    /// @param shown a password or Authentication Data; null for none
    /// @return null if it is no token
    static ClaimedSubject of(byte[] shown) {
        if (shown == null) {
            return null;
        }
        Matcher token = TOKEN.matcher(new String(shown, StandardCharsets.ISO_8859_1));
        if (!token.matches()) {
            return null;
        }
        try {
            String claims = new String(Base64.getUrlDecoder().decode(token.group(1)), StandardCharsets.UTF_8);
            Matcher subject = SUBJECT.matcher(claims);
            return new ClaimedSubject(subject.find() ? subject.group(1) : null);
        } catch (IllegalArgumentException e) {
            return null; // Not Base64.
        }
    }
}
