package io.tern.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Names of cipher suites: OpenSSL's, as mosquitto's users write them, and those of the standard, as Java has them.
final class CipherNames {

    private static final List<String> OF_1_3 =
            List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");
    private static final Set<String> EXCHANGES = Set.of("ECDHE-ECDSA", "ECDHE-RSA", "DHE-RSA");

    private CipherNames() {}

    /// Reads a list.
    ///
    /// @param list names of either kind, with colons between
    /// @return as Java has them; those of TLS 1.3 besides, unless some are named
    /// @throws UsageException naming the one that is unknown
    static List<String> of(String list) throws UsageException {
        List<String> suites = new ArrayList<>();
        for (String name : list.split(":")) {
            suites.add(name.startsWith("TLS_") ? name : standard(name));
        }
        if (suites.stream().noneMatch(OF_1_3::contains)) {
            suites.addAll(0, OF_1_3); // OpenSSL's lists are about TLS 1.2 alone.
        }
        return suites;
    }

    /// `ECDHE-RSA-AES128-GCM-SHA256` becomes `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    private static String standard(String name) throws UsageException {
        for (String exchange : EXCHANGES) {
            if (name.startsWith(exchange + "-")) {
                String cipher = name.substring(exchange.length() + 1);
                return "TLS_" + exchange.replace('-', '_') + "_WITH_" + switch (cipher.toUpperCase(Locale.ROOT)) {
                    case "AES128-GCM-SHA256" -> "AES_128_GCM_SHA256";
                    case "AES256-GCM-SHA384" -> "AES_256_GCM_SHA384";
                    case "CHACHA20-POLY1305" -> "CHACHA20_POLY1305_SHA256";
                    case "AES128-SHA256" -> "AES_128_CBC_SHA256";
                    case "AES256-SHA384" -> "AES_256_CBC_SHA384";
                    case "AES128-SHA" -> "AES_128_CBC_SHA";
                    case "AES256-SHA" -> "AES_256_CBC_SHA";
                    default -> throw unknown(name);
                };
            }
        }
        throw unknown(name);
    }

    private static UsageException unknown(String name) {
        return new UsageException("Error: --ciphers: '" + name + "' is no cipher suite that is known here; names are"
                + " OpenSSL's, such as ECDHE-RSA-AES128-GCM-SHA256, or the standard's, with colons between.");
    }
}
