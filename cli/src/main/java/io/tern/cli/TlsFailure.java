package io.tern.cli;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;

/// Why a TLS handshake has failed, in words of people instead of those of the JDK's classes.
final class TlsFailure {

    private TlsFailure() {}

    /// Says it.
    ///
    /// @param failure what the handshake ended with
    /// @return a sentence without its end
    static String words(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            String words = switch (each) {
                case CertificateExpiredException ignored -> "the server's certificate has expired";
                case CertificateNotYetValidException ignored -> "the server's certificate is not valid yet";
                case CertPathBuilderException builder when builder.getCause() == null ->
                    "the server's certificate comes from no authority that is trusted here; see --cafile";
                default -> byMessage(each.getMessage());
            };
            if (words != null) {
                return words;
            }
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static String byMessage(String message) {
        String text = message == null ? "" : message.toLowerCase(Locale.ROOT);
        if (text.contains("no subject alternative") || text.contains("no name matching")) {
            return "the server's certificate is for another host; --insecure takes it nevertheless";
        }
        if (text.contains("unable to find valid certification path") || text.contains("path does not chain")) {
            return "the server's certificate comes from no authority that is trusted here; see --cafile";
        }
        if (text.contains("certificate_required") || text.contains("bad_certificate")
                || text.contains("certificate_unknown") || text.contains("unknown_ca")) {
            return "the server does not take this client's certificate, or wants one; see --cert";
        }
        if (text.contains("protocol_version") || text.contains("handshake_failure")) {
            return "the server shares no version of TLS or no cipher suite with this client";
        }
        if (text.contains("terminated the handshake")) {
            return "the server ended the connection in the midst of the handshake; it may not speak TLS on this port";
        }
        if (text.contains("unsupported or unrecognized ssl message") || text.contains("plaintext")) {
            return "the server does not speak TLS on this port";
        }
        return null;
    }
}
