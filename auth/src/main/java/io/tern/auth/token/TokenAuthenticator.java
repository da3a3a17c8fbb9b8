package io.tern.auth.token;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Verdict;
import io.tern.wire.ReasonCode;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Lets in who brings a token: as its password, or with the methods of the verifier in CONNECT and AUTH, also to
/// authenticate anew before the token expires.
///
/// The method `OAUTHBEARER` wraps the token as RFC 7628 says; any other carries it as it is.
public final class TokenAuthenticator implements Authenticator, EnhancedAuthenticator {

    private static final String WRAPPED = "OAUTHBEARER";
    private static final String BEARER = "auth=Bearer ";

    private final TokenVerifier verifier;
    private final boolean fromUserName;

    /// Prepares for one verifier.
    ///
    /// @param verifier judges the tokens
    /// @param fromUserName whether the token stands in place of the user name instead of the password
    public TokenAuthenticator(TokenVerifier verifier, boolean fromUserName) {
        this.verifier = verifier;
        this.fromUserName = fromUserName;
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        String token = fromUserName
                ? client.userName()
                : password == null ? null : new String(password, StandardCharsets.UTF_8);
        if (token == null) {
            answer.accept(Verdict.NEXT);
        } else {
            verifier.verify(client, token, answer);
        }
    }

    @Override
    public Exchange begin(String method, ClientInfo client, byte[] password) {
        if (!verifier.methods().contains(method)) {
            return null;
        }
        return (data, answer) -> {
            String token = data == null ? null : token(method, new String(data, StandardCharsets.UTF_8));
            if (token == null) {
                answer.accept(new Step.Failure(ReasonCode.NOT_AUTHORIZED));
                return;
            }
            verifier.verify(client, token, Answer.before(answer, verdict -> answer.accept(switch (verdict) {
                case Verdict.Allow allow -> new Step.Success(null, allow.identity());
                case Verdict.Deny deny -> new Step.Failure(
                        deny.reason() == ReasonCode.BAD_USER_NAME_OR_PASSWORD
                                ? ReasonCode.NOT_AUTHORIZED
                                : deny.reason());
                case Verdict.Next ignored -> new Step.Failure(ReasonCode.NOT_AUTHORIZED);
            })));
        };
    }

    private static String token(String method, String data) {
        if (!method.equals(WRAPPED)) {
            return data;
        }
        for (String part : data.split("\u0001")) {
            if (part.startsWith(BEARER)) {
                return part.substring(BEARER.length());
            }
        }
        return null;
    }
}
