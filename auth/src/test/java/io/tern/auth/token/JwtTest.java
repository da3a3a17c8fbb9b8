package io.tern.auth.token;

import static io.tern.auth.Asking.client;
import static io.tern.auth.Asking.reason;
import static io.tern.auth.Asking.verdict;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.EnhancedAuthenticator.Step;
import io.tern.api.Identity;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Verdict;
import io.tern.auth.Service;
import io.tern.auth.http.HttpTexts;
import io.tern.auth.work.Kept;
import io.tern.auth.work.Work;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokens with keys of every kind, from files, from a real service, and from those who try to cheat.
class JwtTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private long nowMillis = 1_700_000_000_000L;

    private final Options.Builder options = Options.builder();
    private Kept kept = new Kept();

    private TokenAuthenticator authenticator() {
        Options built = options.build();
        Work work = new Work("test", 4, 100, Duration.ofSeconds(20));
        return new TokenAuthenticator(
                Jwt.verifier(
                        built,
                        Jwt.secret(built),
                        folder::resolve,
                        url -> HttpTexts.from(url, Duration.ofSeconds(10), () -> nowMillis),
                        () -> nowMillis,
                        work,
                        kept),
                JwtOptions.fromUserName(built));
    }

    private <T> JwtTest set(Option<T> option, T value) {
        options.with(option, value);
        return this;
    }

    private String token(JWSAlgorithm algorithm, String keyId, JWSSigner signer, Consumer<JWTClaimsSet.Builder> more) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder()
                .subject("ann")
                .expirationTime(new Date(nowMillis + 60_000));
        more.accept(claims);
        try {
            SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims.build());
            jwt.sign(signer);
            return jwt.serialize();
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String hs256(Consumer<JWTClaimsSet.Builder> more) {
        try {
            return token(JWSAlgorithm.HS256, null, new MACSigner(SECRET), more);
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private Verdict of(String token) {
        return verdict(authenticator(), client("c", "user"), token);
    }

    private ReasonCode refusal(Consumer<JWTClaimsSet.Builder> claims) {
        return reason(of(hs256(claims)));
    }

    private static KeyPair pair(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        return generator.generateKeyPair();
    }

    private String pem(KeyPair pair) throws Exception {
        Files.writeString(folder.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        return "key.pem";
    }

    @Test
    void a_good_token_says_who_it_is_what_he_may_and_how_long() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.SUPERUSER_CLAIM, "root").set(JwtOptions.CLIENT_ID_CLAIM, "dev");
        Verdict verdict = of(hs256(claims -> claims.claim("roles", List.of("a", "b")).claim("root", true)
                .claim("dev", "d1").claim("acl", Map.of("pub", List.of("x")))));

        Identity identity = ((Verdict.Allow) verdict).identity();
        assertThat(identity.userName()).isEqualTo("ann");
        assertThat(identity.clientId()).isEqualTo("d1");
        assertThat(identity.roles()).containsExactlyInAnyOrder("a", "b");
        assertThat(identity.superuser()).isTrue();
        assertThat(identity.rules()).isNotNull();
        assertThat(identity.expiresAtMillis()).isEqualTo(nowMillis + 60_000 + 30_000);
    }

    @Test
    void the_name_of_the_connect_counts_only_where_a_claim_has_to_say_it() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.USER_NAME_CLAIM, "");
        assertThat(((Verdict.Allow) of(hs256(claims -> { }))).identity().userName()).isNull();

        set(JwtOptions.CLAIMS, Map.of("sub", "${username}"));
        assertThat(refusal(claims -> claims.subject("ann"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(((Verdict.Allow) of(hs256(claims -> claims.subject("user")))).identity().userName())
                .isEqualTo("user");
    }

    @Test
    void a_claim_that_is_null_or_of_another_kind_gives_nothing() {
        set(JwtOptions.SECRET, SECRET);
        assertThat(refusal(claims -> claims.claim("roles", Arrays.asList("a", null)))).isNotNull();
        assertThat(refusal(claims -> claims.claim("roles", List.of(1)))).isNotNull();
        assertThat(refusal(claims -> claims.claim("roles", 7))).isNotNull();
        set(JwtOptions.SUPERUSER_CLAIM, "").set(JwtOptions.ROLES_CLAIM, "").set(JwtOptions.ACL_CLAIM, "");
        Identity identity = ((Verdict.Allow) of(hs256(claims -> claims.claim("", true)))).identity();
        assertThat(identity.superuser()).isFalse();
        assertThat(identity.roles()).isEmpty();
        assertThat(identity.rules()).isNull();
    }

    @Test
    void what_is_asked_for_is_not_empty() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.ISSUER, "");
        assertThatThrownBy(this::authenticator).hasMessageStartingWith("issuer: has no value");
        set(JwtOptions.ISSUER, "me").set(JwtOptions.CLAIMS, Map.of());
        assertThatThrownBy(this::authenticator).hasMessageStartingWith("claims: asks for none");
        set(JwtOptions.CLAIMS, Map.of("dev", "${client}"));
        assertThatThrownBy(this::authenticator)
                .hasMessageStartingWith("claims.dev: '${client}' has a placeholder that is not known");
    }

    @Test
    void what_is_no_token_is_left_to_others() {
        set(JwtOptions.SECRET, SECRET);

        assertThat(of("geheim")).isEqualTo(Verdict.NEXT);
        assertThat(of("eyJ.x.y")).isEqualTo(Verdict.NEXT);
        assertThat(verdict(authenticator(), client("c", null), null)).isEqualTo(Verdict.NEXT);
        // Without a signature it is none: {"alg":"none"}
        assertThat(of("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.")).isEqualTo(Verdict.NEXT);
    }

    @Test
    void times_are_kept_with_some_patience() {
        set(JwtOptions.SECRET, SECRET);

        assertThat(refusal(claims -> claims.expirationTime(new Date(nowMillis - 29_000)))).isNull();
        assertThat(refusal(claims -> claims.expirationTime(new Date(nowMillis - 31_000))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(claims -> claims.expirationTime(null))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(claims -> claims.notBeforeTime(new Date(nowMillis + 31_000))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(claims -> claims.issueTime(new Date(nowMillis + 31_000))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void issuer_audience_and_claims_must_be_as_asked_for() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.ISSUER, "me").set(JwtOptions.AUDIENCE, List.of("x", "tern"))
                .set(JwtOptions.CLAIMS, Map.of("sub", "ann", "dev", "${clientid}/${username}"));
        Consumer<JWTClaimsSet.Builder> right = claims -> claims.issuer("me").audience("tern").claim("dev", "c/user");

        assertThat(refusal(right)).isNull();
        assertThat(refusal(right.andThen(claims -> claims.issuer("other")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(right.andThen(claims -> claims.audience("other")))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(right.andThen(claims -> claims.claim("dev", "d/user"))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(right.andThen(claims -> claims.claim("dev", List.of("x", "c/user"))))).isNull();
        assertThat(refusal(right.andThen(claims -> claims.claim("dev", null)))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_claim_that_is_no_word_is_nobodys_name() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.CLAIMS, Map.of("dev", "null", "floor", "{a=b}"));
        Consumer<JWTClaimsSet.Builder> right = claims -> claims.claim("dev", "null").claim("floor", "{a=b}");

        assertThat(refusal(right)).isNull();
        assertThat(refusal(right.andThen(claims -> claims.claim("dev", Arrays.asList((Object) null)))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(right.andThen(claims -> claims.claim("floor", Map.of("a", "b")))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void a_token_without_a_name_or_with_rules_not_understood_is_refused() {
        set(JwtOptions.SECRET, SECRET);

        assertThat(refusal(claims -> claims.subject(null))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(refusal(claims -> claims.claim("acl", "everything")))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void a_token_may_be_good_for_once() {
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.ONCE, true);
        TokenAuthenticator authenticator = authenticator();
        String token = hs256(claims -> claims.jwtID("1"));

        assertThat(verdict(authenticator, client("c", "u"), token)).isInstanceOf(Verdict.Allow.class);
        assertThat(reason(verdict(authenticator, client("c", "u"), token))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(verdict(authenticator, client("c", "u"), hs256(claims -> claims.jwtID("2"))))
                .isInstanceOf(Verdict.Allow.class);
        ClientInfo judgedTwice = client("c", "u"); // Since the configuration was read meanwhile.
        String third = hs256(claims -> claims.jwtID("3"));
        assertThat(verdict(authenticator, judgedTwice, third)).isInstanceOf(Verdict.Allow.class);
        assertThat(verdict(authenticator, judgedTwice, third)).isInstanceOf(Verdict.Allow.class);
        assertThat(reason(verdict(authenticator, client("c", "u"), third))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(reason(verdict(authenticator, client("c", "u"), hs256(claims -> { }))))
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    private static ConnectionInfo any() {
        return client("c", "u").connection();
    }

    @Test
    void a_full_memory_of_used_tokens_refuses_until_some_have_expired() {
        UsedTokens used = new UsedTokens(2);

        assertThat(used.use("i", "1", any(), 5_000, 1_000)).isEqualTo(UsedTokens.Outcome.FIRST);
        assertThat(used.use("i", "2", any(), 9_000, 1_000)).isEqualTo(UsedTokens.Outcome.FIRST);
        assertThat(used.use("i", "3", any(), 9_000, 2_000)).isEqualTo(UsedTokens.Outcome.FULL);
        assertThat(used.use("i", "2", any(), 9_000, 2_000)).isEqualTo(UsedTokens.Outcome.REPEATED);
        assertThat(used.use("i", "3", any(), 9_000, 6_000)).isEqualTo(UsedTokens.Outcome.FIRST);
    }

    @Test
    void keys_of_rsa_and_elliptic_curves_verify_and_are_never_taken_for_secrets() throws Exception {
        KeyPair rsa = pair("RSA", 2048);
        set(JwtOptions.PUBLIC_KEY, pem(rsa));
        assertThat(of(token(JWSAlgorithm.PS256, null, new RSASSASigner(rsa.getPrivate()), claims -> { })))
                .isInstanceOf(Verdict.Allow.class);
        assertThat(reason(of(token(JWSAlgorithm.RS256, null,
                new RSASSASigner(pair("RSA", 2048).getPrivate()), claims -> { }))))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        // The public key as a secret: the oldest trick.
        String forged = token(JWSAlgorithm.HS256, null,
                new MACSigner(Files.readAllBytes(folder.resolve("key.pem"))), claims -> { });
        assertThat(reason(of(forged))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);

        KeyPair ec = pair("EC", 256);
        set(JwtOptions.PUBLIC_KEY, pem(ec)).set(JwtOptions.ALGORITHMS, List.of("ES256"));
        assertThat(of(token(JWSAlgorithm.ES256, null, new ECDSASigner((ECPrivateKey) ec.getPrivate()), c -> { })))
                .isInstanceOf(Verdict.Allow.class);
        set(JwtOptions.ALGORITHMS, List.of("RS256"));
        assertThat(reason(of(token(JWSAlgorithm.ES256, null,
                new ECDSASigner((ECPrivateKey) ec.getPrivate()), c -> { }))))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    @Test
    void keys_of_edwards_curves_verify() throws Exception {
        KeyPair pair = pair("Ed25519", 0);
        set(JwtOptions.PUBLIC_KEY, pem(pair));
        String input = Base64URL.encode("{\"alg\":\"EdDSA\"}") + "."
                + Base64URL.encode("{\"sub\":\"ann\",\"exp\":" + (nowMillis / 1000 + 60) + "}");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(input.getBytes(StandardCharsets.US_ASCII));

        assertThat(of(input + "." + Base64URL.encode(signature.sign()))).isInstanceOf(Verdict.Allow.class);
        assertThat(reason(of(input + "." + Base64URL.encode(new byte[64]))))
                .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    }

    private static RSAKey rsaKey(KeyPair pair, String id) {
        return new RSAKey.Builder((RSAPublicKey) pair.getPublic())
                .privateKey((RSAPrivateKey) pair.getPrivate()).keyID(id).build();
    }

    private static ECKey ecKey(KeyPair pair, String id) {
        return new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic()).keyID(id).build();
    }

    @Test
    void a_key_set_is_fetched_when_it_is_old_or_a_key_is_new_and_not_trusted_for_ever() throws Exception {
        try (Service service = new Service()) {
            KeyPair one = pair("RSA", 2048);
            KeyPair two = pair("EC", 256);
            set(JwtOptions.JWKS_URL, service.url());
            service.body = new JWKSet(rsaKey(one, "one").toPublicJWK()).toString();
            TokenAuthenticator authenticator = authenticator();
            Supplier<String> first = () -> token(JWSAlgorithm.RS256, "one", signer(one), claims -> { });
            Supplier<String> second = () -> token(JWSAlgorithm.ES256, "two", ecSigner(two), claims -> { });
            assertThat(verdict(authenticator, client("c", "u"), first.get())).isInstanceOf(Verdict.Allow.class);
            verdict(authenticator, client("c", "u"), first.get());
            assertThat(service.asked).hasSize(1);

            service.body = new JWKSet(List.of(rsaKey(one, "one").toPublicJWK(), ecKey(two, "two"))).toString();
            assertThat(reason(verdict(authenticator, client("c", "u"), second.get())))
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            nowMillis += 5_000;
            assertThat(verdict(authenticator, client("c", "u"), second.get())).isInstanceOf(Verdict.Allow.class);
            assertThat(service.asked).hasSize(2);

            service.status = 500;
            nowMillis += 600_000;
            assertThat(verdict(authenticator, client("c", "u"), first.get())).isInstanceOf(Verdict.Allow.class);
            nowMillis += 3_600_000;
            assertThat(reason(verdict(authenticator, client("c", "u"), first.get())))
                    .isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
        }
    }

    @Test
    void a_service_of_keys_that_hangs_holds_nobody_up_whose_key_is_known() throws Exception {
        try (Service service = new Service()) {
            KeyPair one = pair("RSA", 2048);
            set(JwtOptions.JWKS_URL, service.url());
            service.body = new JWKSet(rsaKey(one, "one").toPublicJWK()).toString();
            TokenAuthenticator authenticator = authenticator();
            String first = token(JWSAlgorithm.RS256, "one", signer(one), claims -> { });
            assertThat(verdict(authenticator, client("c", "u"), first)).isInstanceOf(Verdict.Allow.class);
            service.hangs = true;
            nowMillis += 300_000;
            String token = token(JWSAlgorithm.RS256, "one", signer(one), claims -> { });
            String unknown = token(JWSAlgorithm.RS256, "two", signer(one), claims -> { });
            List<CompletableFuture<Verdict>> strangers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                CompletableFuture<Verdict> answer = new CompletableFuture<>();
                strangers.add(answer);
                authenticator.authenticate(client("c", "u"), unknown.getBytes(StandardCharsets.UTF_8),
                        answer::complete);
            }
            for (int i = 0; i < 105; i++) {
                assertThat(verdict(authenticator, client("c", "u"), token)).isInstanceOf(Verdict.Allow.class);
            }
            assertThat(service.asked).hasSize(2);
            for (CompletableFuture<Verdict> each : strangers) {
                // Nobody can say whether there is such a key: no fault of theirs.
                assertThat(reason(each.get(60, TimeUnit.SECONDS))).isEqualTo(ReasonCode.SERVER_UNAVAILABLE);
            }
        }
    }

    @Test
    void a_reading_of_the_configuration_forgets_neither_used_tokens_nor_fetched_keys() throws Exception {
        try (Service service = new Service()) {
            KeyPair one = pair("RSA", 2048);
            set(JwtOptions.JWKS_URL, service.url()).set(JwtOptions.ONCE, true);
            service.body = new JWKSet(rsaKey(one, "one").toPublicJWK()).toString();
            String token = token(JWSAlgorithm.RS256, "one", signer(one), claims -> claims.jwtID("1"));
            String another = token(JWSAlgorithm.RS256, "one", signer(one), claims -> claims.jwtID("2"));
            assertThat(of(token)).isInstanceOf(Verdict.Allow.class);
            service.status = 500;
            kept = new Kept(kept);
            assertThat(reason(of(token))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(of(another)).isInstanceOf(Verdict.Allow.class);
            assertThat(service.asked).hasSize(1);
        }
    }

    @Test
    void a_secret_that_is_published_signs_nothing() throws Exception {
        try (Service service = new Service()) {
            byte[] secret = SECRET.getBytes(StandardCharsets.UTF_8);
            set(JwtOptions.JWKS_URL, service.url());
            service.body = new JWKSet(List.of(
                    new OctetSequenceKey.Builder(secret).keyID("s").build())).toString(false);
            assertThat(of(token(JWSAlgorithm.HS256, "s", new MACSigner(secret), claims -> { })))
                    .isNotInstanceOf(Verdict.Allow.class);
        }
    }

    @Test
    void keys_are_not_kept_for_less_time_than_they_are_fetched_anew() {
        set(JwtOptions.JWKS_URL, "https://example.org/jwks").set(JwtOptions.JWKS_KEEP, Duration.ofMinutes(1));
        assertThat(catchThrowable(this::authenticator)).hasMessageContaining("jwks.keep: is shorter than jwks.refresh");
    }

    private static JWSSigner signer(KeyPair pair) {
        return new RSASSASigner(pair.getPrivate());
    }

    private static JWSSigner ecSigner(KeyPair pair) {
        try {
            return new ECDSASigner((ECPrivateKey) pair.getPrivate());
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void only_pinned_keys_are_trusted() throws Exception {
        try (Service service = new Service()) {
            KeyPair good = pair("RSA", 2048);
            KeyPair evil = pair("RSA", 2048);
            set(JwtOptions.JWKS_URL, service.url())
                    .set(JwtOptions.JWKS_PINS, List.of(rsaKey(good, "k").computeThumbprint().toString()));
            service.body = new JWKSet(List.of(
                    rsaKey(evil, "evil").toPublicJWK(), rsaKey(good, "good").toPublicJWK())).toString();

            assertThat(of(token(JWSAlgorithm.RS256, "good", signer(good), claims -> { })))
                    .isInstanceOf(Verdict.Allow.class);
            assertThat(reason(of(token(JWSAlgorithm.RS256, "evil", signer(evil), claims -> { }))))
                    .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    @Test
    void it_may_come_in_auth_packets_as_it_is_or_wrapped() throws Exception {
        set(JwtOptions.SECRET, SECRET);
        TokenAuthenticator authenticator = authenticator();
        String token = hs256(claims -> { });

        assertThat(step(authenticator, "JWT", token)).isInstanceOf(Step.Success.class);
        String wrapped = "n,a=ann,\u0001host=h\u0001auth=Bearer " + token + "\u0001\u0001";
        assertThat(step(authenticator, "OAUTHBEARER", wrapped))
                .isInstanceOf(Step.Success.class);
        assertThat(step(authenticator, "JWT", token + "x")).isEqualTo(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
        assertThat(step(authenticator, "JWT", null)).isEqualTo(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
        assertThat(authenticator.begin("SCRAM-SHA-256", client("c", "u"), null)).isNull();
    }

    private static Step step(TokenAuthenticator authenticator, String method, String data) throws Exception {
        CompletableFuture<Step> answer = new CompletableFuture<>();
        authenticator.begin(method, client("c", "u"), null)
                .step(data == null ? null : data.getBytes(StandardCharsets.UTF_8), answer::complete);
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void settings_that_make_no_sense_are_refused() throws Exception {
        assertThat(fault()).contains("needs one of secret, public_key, jwks_file, jwks.url");
        set(JwtOptions.SECRET, "short");
        assertThat(fault()).contains("at least 32 are needed");
        set(JwtOptions.SECRET, SECRET).set(JwtOptions.JWKS_URL, "http://x/y");
        assertThat(fault()).contains("can't be given together");
        Files.writeString(folder.resolve("empty"), "nothing");
        set(JwtOptions.JWKS_URL, "").set(JwtOptions.PUBLIC_KEY, "empty");
        assertThat(fault()).contains("public_key: empty holds no PEM");
        set(JwtOptions.PUBLIC_KEY, "nowhere");
        assertThat(fault()).contains("public_key: ", "nowhere: no such file");
    }

    private String fault() {
        return catchThrowableOfType(IllegalArgumentException.class, this::authenticator).getMessage();
    }
}
