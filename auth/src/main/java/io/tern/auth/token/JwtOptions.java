package io.tern.auth.token;

import io.tern.api.Option;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The settings of `jwt` in `authentication`.
public final class JwtOptions {

    /// Where a token stands.
    public enum From {
        /// In place of the password.
        PASSWORD,
        /// In place of the user name.
        USERNAME
    }

    static final Option<From> FROM = Option.choice("from", From.PASSWORD, "Where the token stands in CONNECT.");
    static final Option<String> SECRET = Option.text(
            "secret",
            "",
            "Secret for HS256, HS384 and HS512, 32 bytes or more; ${NAME} takes it from the environment.");
    static final Option<Boolean> SECRET_BASE64 =
            Option.bool("secret_base64", false, "Whether the secret is in base64.");
    static final Option<String> PUBLIC_KEY = Option.text(
            "public_key", "", "PEM file with public keys or certificates for RS, PS, ES and EdDSA.");
    static final Option<String> JWKS_FILE = Option.text("jwks_file", "", "File with a JSON Web Key Set.");
    static final Option<String> JWKS_URL = Option.text("jwks.url", "", "Where a JSON Web Key Set is fetched.");
    static final Option<Duration> JWKS_REFRESH = Option.duration(
            "jwks.refresh", Duration.ofMinutes(5), Duration.ofSeconds(5), Duration.ofDays(30), "How often.");
    static final Option<Duration> JWKS_KEEP = Option.duration(
            "jwks.keep",
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofDays(30),
            "How long the last set is used when it can't be fetched; then all tokens are refused.");
    static final Option<List<String>> JWKS_PINS = Option.names(
            "jwks.pins", "SHA-256 thumbprints (RFC 7638) of the only keys that are trusted.");
    static final Option<Duration> JWKS_TIMEOUT = Option.duration(
            "jwks.timeout",
            Duration.ofSeconds(5),
            Duration.ofMillis(10),
            Duration.ofMinutes(1),
            "Longest time to fetch it.");
    static final Option<List<String>> ALGORITHMS = Option.names(
            "algorithms", "The only ones that are taken, such as RS256; without it all that fit the keys.");
    static final Option<String> ISSUER = Option.text("issuer", "", "What iss must be; without it anything.");
    static final Option<List<String>> AUDIENCE =
            Option.names("audience", "Of these aud must name one; without it anything may stand there.");
    static final Option<Map<String, String>> CLAIMS = Option.named(
            "claims", "Claims that must be there, with ${clientid} and ${username}; of a list one must be equal.");
    static final Option<String> USER_NAME_CLAIM = Option.text(
            "user_name_claim",
            "sub",
            "Claim that becomes the user name. If empty there is none, unless claims ask for one that is"
                    + " ${username}: then it is that of CONNECT.");
    static final Option<String> CLIENT_ID_CLAIM =
            Option.text("client_id_claim", "", "Claim that becomes the client identifier; none if empty.");
    static final Option<String> ROLES_CLAIM =
            Option.text("roles_claim", "roles", "Claim with roles, as a list or as words; none if empty.");
    static final Option<String> SUPERUSER_CLAIM =
            Option.text("superuser_claim", "", "Claim that, if it is true, allows everything; none if empty.");
    static final Option<String> ACL_CLAIM = Option.text(
            "acl_claim", "acl", "Claim with rules in either of EMQX's shapes, asked before all others; none if empty.");
    static final Option<Duration> CLOCK_SKEW = Option.duration(
            "clock_skew",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(10),
            "By how much clocks may differ, for exp, nbf and iat.");
    static final Option<Boolean> REQUIRE_EXPIRY =
            Option.bool("require_expiry", true, "Whether a token must have exp. The connection ends when it expires.");
    static final Option<Boolean> ONCE = Option.bool(
            "once",
            false,
            "Whether a token must have jti and is taken once only; 100,000 are remembered until they expire.");
    static final Option<List<String>> METHODS = Option.texts(
            "auth_methods",
            List.of("JWT", "OAUTHBEARER"),
            "Authentication Methods of MQTT 5.0 by which the token may also come in AUTH packets.");

    private JwtOptions() {}

    /// All of them.
    ///
    /// @return for the reader and the reference page
    public static List<Option<?>> all() {
        return List.of(FROM, SECRET, SECRET_BASE64, PUBLIC_KEY, JWKS_FILE, JWKS_URL, JWKS_REFRESH, JWKS_KEEP,
                JWKS_PINS, JWKS_TIMEOUT, ALGORITHMS, ISSUER, AUDIENCE, CLAIMS, USER_NAME_CLAIM, CLIENT_ID_CLAIM,
                ROLES_CLAIM, SUPERUSER_CLAIM, ACL_CLAIM, CLOCK_SKEW, REQUIRE_EXPIRY, ONCE, METHODS);
    }

    /// Whether the token stands in place of the user name.
    ///
    /// @param options values of [#all]
    /// @return false for the password
    public static boolean fromUserName(io.tern.api.Options options) {
        return options.get(FROM) == From.USERNAME;
    }
}
