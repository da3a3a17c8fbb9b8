package io.tern.auth.token;

import com.nimbusds.jose.jwk.JWK;
import io.tern.api.Clock;
import io.tern.api.FileFault;
import io.tern.api.Options;
import io.tern.api.TextFile;
import io.tern.auth.work.Kept;
import io.tern.auth.work.Work;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;

/// Makes a verifier of JSON Web Tokens as the operator's settings say.
public final class Jwt {

    private Jwt() {}

    /// Makes one.
    ///
    /// @param options values of [JwtOptions#all]
    /// @param secret the secret, its reference to the environment replaced
    /// @param file finds a file that the settings name
    /// @param fetch makes of a URL and the time for it what brings a text from there, or null
    /// @param clock the time
    /// @param work where tokens are verified
    /// @param kept where used tokens and fetched keys outlive a reading of the configuration
    /// @return the verifier
    /// @throws IllegalArgumentException if the settings make no sense, or a file can't be read
    public static JwtVerifier verifier(
            Options options,
            String secret,
            Function<String, Path> file,
            Function<URI, Supplier<String>> fetch,
            Clock clock,
            Work work,
            Kept kept) {
        if (JwtOptions.fromUserName(options) && options.get(JwtOptions.USER_NAME_CLAIM).isEmpty()) {
            throw new IllegalArgumentException("from: username needs a user_name_claim");
        }
        if (options.isGiven(JwtOptions.ISSUER) && options.get(JwtOptions.ISSUER).isBlank()) {
            throw new IllegalArgumentException("issuer: has no value; leave the key out to take any");
        }
        checkClaims(options);
        List<JWK> keys = new ArrayList<>();
        if (!secret.isEmpty()) {
            keys.add(StaticKeys.secret(options.get(JwtOptions.SECRET_BASE64)
                    ? Base64.getDecoder().decode(secret)
                    : secret.getBytes(StandardCharsets.UTF_8)));
        }
        if (options.isGiven(JwtOptions.PUBLIC_KEY)) {
            keys.addAll(named("public_key", options.get(JwtOptions.PUBLIC_KEY), file, StaticKeys::pem));
        }
        if (options.isGiven(JwtOptions.JWKS_FILE)) {
            keys.addAll(named("jwks_file", options.get(JwtOptions.JWKS_FILE), file, StaticKeys::set));
        }
        String url = options.get(JwtOptions.JWKS_URL);
        if (keys.isEmpty() == url.isEmpty()) {
            throw new IllegalArgumentException(keys.isEmpty()
                    ? "needs one of secret, public_key, jwks_file, jwks.url"
                    : "jwks.url can't be given together with other keys");
        }
        KeySource source = url.isEmpty()
                ? new StaticKeys(List.copyOf(keys))
                : fetched(options, url, fetch, clock, kept);
        UsedTokens used = used(kept);
        return new JwtVerifier(options, source, clock, work, used);
    }

    private static void checkClaims(Options options) {
        Map<String, String> claims = options.get(JwtOptions.CLAIMS);
        if (options.isGiven(JwtOptions.CLAIMS) && claims.isEmpty()) {
            throw new IllegalArgumentException("claims: asks for none; leave the key out");
        }
        claims.forEach((name, template) -> {
            if (template.replace("${clientid}", "").replace("${username}", "").contains("${")) {
                throw new IllegalArgumentException("claims." + name + ": '" + template
                        + "' has a placeholder that is not known; ${clientid} and ${username} are");
            }
        });
    }

    private static KeySource fetched(
            Options options, String url, Function<URI, Supplier<String>> fetch, Clock clock, Kept kept) {
        if (!url.matches("https?://[^/].*")) {
            throw new IllegalArgumentException("jwks.url: expected https://... or http://...");
        }
        if (options.get(JwtOptions.JWKS_KEEP).compareTo(options.get(JwtOptions.JWKS_REFRESH)) < 0) {
            throw new IllegalArgumentException("jwks.keep: is shorter than jwks.refresh, so that there would be times"
                    + " without any key");
        }
        long refreshMillis = options.get(JwtOptions.JWKS_REFRESH).toMillis();
        long keepMillis = options.get(JwtOptions.JWKS_KEEP).toMillis();
        Set<String> pins = Set.copyOf(options.get(JwtOptions.JWKS_PINS));
        List<String> settings = List.of(
                url, "" + refreshMillis, "" + keepMillis, "" + new TreeSet<>(pins), "" + timeout(options));
        return kept.keep(KeySet.class, settings, () ->
                new KeySet(fetch.apply(URI.create(url)), refreshMillis, keepMillis, pins, clock));
    }

    private static List<JWK> named(
            String key, String name, Function<String, Path> file, Function<String, List<JWK>> read) {
        try {
            return read.apply(TextFile.text(file.apply(name)));
        } catch (IOException e) {
            throw new IllegalArgumentException(key + ": " + FileFault.words(e), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(key + ": " + name + " " + e.getMessage(), e);
        }
    }

    /// Longest time to fetch a key set.
    ///
    /// @param options values of [JwtOptions#all]
    /// @return as set
    public static java.time.Duration timeout(Options options) {
        return options.get(JwtOptions.JWKS_TIMEOUT);
    }

    /// The secret as it was configured.
    ///
    /// @param options values of [JwtOptions#all]
    /// @return text, perhaps a reference to the environment
    public static String secret(Options options) {
        return options.get(JwtOptions.SECRET);
    }

    /// Sees to it that tokens which were used are remembered, be there a source that takes any now or not.
    ///
    /// @param kept where they outlive a reading of the configuration
    public static void keepUsed(Kept kept) {
        used(kept);
    }

    private static UsedTokens used(Kept kept) {
        return kept.keep(UsedTokens.class, List.of(), UsedTokens::new);
    }
}
