package io.tern.auth.token;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.tern.api.Answer;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Identity;
import io.tern.api.Options;
import io.tern.api.Place;
import io.tern.api.Verdict;
import io.tern.auth.acl.TokenRules;
import io.tern.auth.work.Work;
import io.tern.wire.ReasonCode;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Verifies JSON Web Tokens (RFC 7519): signature, issuer, audience, times, claims that are asked for.
public final class JwtVerifier implements TokenVerifier {

    private static final int TOKEN_CHARS_MAX = 64 * 1024;

    private final Options options;
    private final KeySource keys;
    private final Clock clock;
    private final Work work;
    private final long skewMillis;
    private final Set<String> algorithms;
    private final Set<String> audience;
    private final UsedTokens used;
    /// Whether a claim has to name the user whom the CONNECT names.
    private final boolean claimed;

    /// A token that isn't right.
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Verdict verdict;

        Refused(ReasonCode reason, String why) {
            super(why, null, false, false);
            verdict = Verdict.deny(reason, "token: " + why);
        }
    }

    /// @param options values of [JwtOptions#all]
    /// @param keys by which tokens are verified
    /// @param clock the time
    /// @param work where that happens
    /// @param used those that may be used once and were
    JwtVerifier(Options options, KeySource keys, Clock clock, Work work, UsedTokens used) {
        this.options = options;
        this.keys = keys;
        this.clock = clock;
        this.work = work;
        this.used = used;
        this.skewMillis = options.get(JwtOptions.CLOCK_SKEW).toMillis();
        this.algorithms = Set.copyOf(options.get(JwtOptions.ALGORITHMS));
        this.audience = Set.copyOf(options.get(JwtOptions.AUDIENCE));
        this.claimed = options.get(JwtOptions.CLAIMS).containsValue("${username}");
    }

    @Override
    public Set<String> methods() {
        return Set.copyOf(options.get(JwtOptions.METHODS));
    }

    @Override
    public void verify(ClientInfo client, String text, Consumer<Verdict> answer) {
        SignedJWT token = parse(text);
        if (token == null) {
            answer.accept(Verdict.NEXT);
            return;
        }
        work.run(
                Place.of(client.connection()),
                () -> Answer.isWanted(answer),
                () -> answer.accept(judge(client, token)),
                () -> answer.accept(Verdict.deny(ReasonCode.SERVER_BUSY, "too many tokens to verify")));
    }

    /// @return null if it is no signed token
    private static SignedJWT parse(String text) {
        boolean like = text.length() <= TOKEN_CHARS_MAX && text.startsWith("eyJ") && text.indexOf('.') > 0;
        try {
            return like ? SignedJWT.parse(text) : null;
        } catch (ParseException e) {
            return null;
        }
    }

    private Verdict judge(ClientInfo client, SignedJWT token) {
        try {
            checkSignature(token);
            JWTClaimsSet claims = token.getJWTClaimsSet();
            checkTimes(claims);
            checkClaims(client, claims);
            Identity identity = identity(client, claims);
            checkOnce(client, claims);
            return Verdict.allow(identity);
        } catch (Refused e) {
            return e.verdict;
        } catch (ParseException | IllegalArgumentException e) {
            return Verdict.deny(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "token: " + e.getMessage());
        }
    }

    private void checkSignature(SignedJWT token) throws Refused {
        String algorithm = token.getHeader().getAlgorithm().getName();
        if (!algorithms.isEmpty() && !algorithms.contains(algorithm)) {
            throw new Refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, algorithm + " is not one of the algorithms taken");
        }
        List<JWK> candidates = keys.keys(token.getHeader().getKeyID());
        if (candidates == null) {
            throw new Refused(ReasonCode.SERVER_UNAVAILABLE, "the keys can't be had");
        }
        for (JWK key : candidates) {
            if (Signatures.verifies(token, key)) {
                return;
            }
        }
        throw new Refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "no key verifies its signature");
    }

    private void checkTimes(JWTClaimsSet claims) throws Refused {
        long now = clock.machineMillis();
        if (claims.getExpirationTime() == null && options.get(JwtOptions.REQUIRE_EXPIRY)) {
            throw new Refused(ReasonCode.NOT_AUTHORIZED, "it has no exp");
        }
        if (claims.getExpirationTime() != null && claims.getExpirationTime().getTime() + skewMillis <= now) {
            throw new Refused(ReasonCode.NOT_AUTHORIZED, "it has expired");
        }
        for (Date begin : Arrays.asList(claims.getNotBeforeTime(), claims.getIssueTime())) {
            if (begin != null && begin.getTime() - skewMillis > now) {
                throw new Refused(ReasonCode.NOT_AUTHORIZED, "it is not valid yet");
            }
        }
    }

    private void checkClaims(ClientInfo client, JWTClaimsSet claims) throws Refused {
        String issuer = options.get(JwtOptions.ISSUER);
        if (!issuer.isEmpty() && !issuer.equals(claims.getIssuer())) {
            throw new Refused(ReasonCode.NOT_AUTHORIZED, "it is of another issuer");
        }
        if (!audience.isEmpty() && claims.getAudience().stream().noneMatch(audience::contains)) {
            throw new Refused(ReasonCode.NOT_AUTHORIZED, "it is for another audience");
        }
        for (Map.Entry<String, String> asked : options.get(JwtOptions.CLAIMS).entrySet()) {
            String wanted = filled(asked.getValue(), client);
            if (wanted == null || !has(claims.getClaim(asked.getKey()), wanted)) {
                throw new Refused(ReasonCode.NOT_AUTHORIZED, "claim " + asked.getKey() + " is not as asked for");
            }
        }
    }

    /// @return null if the client has no such name
    private static String filled(String template, ClientInfo client) {
        if (template.contains("${username}") && client.userName() == null) {
            return null;
        }
        // In one go, so that a name can't hold a placeholder.
        StringBuilder filled = new StringBuilder();
        int from = 0;
        for (int at = template.indexOf("${"); at >= 0; at = template.indexOf("${", from)) {
            filled.append(template, from, at);
            if (template.startsWith("${clientid}", at)) {
                filled.append(client.clientId());
                from = at + "${clientid}".length();
            } else if (template.startsWith("${username}", at)) {
                filled.append(client.userName());
                from = at + "${username}".length();
            } else {
                filled.append("${");
                from = at + 2;
            }
        }
        return filled.append(template.substring(from)).toString();
    }

    private static boolean has(Object claim, String wanted) {
        if (claim instanceof List<?> list) {
            return list.stream().anyMatch(each -> is(each, wanted));
        }
        return is(claim, wanted);
    }

    /// Null and objects are no word that anybody could be called by.
    private static boolean is(Object claim, String wanted) {
        return (claim instanceof String || claim instanceof Number || claim instanceof Boolean)
                && wanted.equals(claim.toString());
    }

    private Identity identity(ClientInfo client, JWTClaimsSet claims) throws Refused {
        String user = options.get(JwtOptions.USER_NAME_CLAIM).isEmpty()
                ? claimed ? client.userName() : null
                : name(claims, options.get(JwtOptions.USER_NAME_CLAIM));
        Identity identity = Identity.of("jwt")
                .withUserName(user)
                .withClientId(name(claims, options.get(JwtOptions.CLIENT_ID_CLAIM)))
                .withSuperuser(Boolean.TRUE.equals(claim(claims, options.get(JwtOptions.SUPERUSER_CLAIM))));
        if (claims.getExpirationTime() != null) {
            identity = identity.withExpiry(claims.getExpirationTime().getTime() + skewMillis);
        }
        String acl = options.get(JwtOptions.ACL_CLAIM);
        if (!acl.isEmpty() && claims.getClaims().containsKey(acl)) {
            identity = identity.withRules(TokenRules.read(claims.getClaim(acl)));
        }
        return identity.withRoles(roles(claim(claims, options.get(JwtOptions.ROLES_CLAIM))));
    }

    /// @return null if it isn't there, or if none is asked for
    private static Object claim(JWTClaimsSet claims, String name) {
        return name.isEmpty() ? null : claims.getClaim(name);
    }

    private static String name(JWTClaimsSet claims, String claim) throws Refused {
        if (claim.isEmpty()) {
            return null;
        }
        if (claims.getClaim(claim) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw new Refused(ReasonCode.NOT_AUTHORIZED, "it has no claim " + claim);
    }

    private static Set<String> roles(Object claim) {
        return switch (claim) {
            case null -> Set.of();
            case List<?> list when list.stream().allMatch(String.class::isInstance) ->
                list.stream().map(String.class::cast).collect(Collectors.toSet());
            case String words when words.isBlank() -> Set.of();
            case String words -> new HashSet<>(Arrays.asList(words.strip().split("[\\s,]+")));
            default -> throw new IllegalArgumentException("its roles are no texts");
        };
    }

    private void checkOnce(ClientInfo client, JWTClaimsSet claims) throws Refused {
        if (!options.get(JwtOptions.ONCE)) {
            return;
        }
        if (claims.getJWTID() == null || claims.getExpirationTime() == null) {
            throw new Refused(ReasonCode.NOT_AUTHORIZED, "it has no jti, or no exp");
        }
        long until = claims.getExpirationTime().getTime() + skewMillis;
        String issuer = String.valueOf(claims.getIssuer());
        switch (used.use(issuer, claims.getJWTID(), client.connection(), until, clock.machineMillis())) {
            case FIRST -> { }
            case REPEATED -> throw new Refused(ReasonCode.NOT_AUTHORIZED, "it was used before");
            case FULL -> throw new Refused(ReasonCode.SERVER_UNAVAILABLE, "too many tokens are remembered");
        }
    }
}
