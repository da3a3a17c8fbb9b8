package io.tern.auth;

import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.LostProcess;
import io.tern.api.Verdict;
import io.tern.wire.ReasonCode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks sources in order, those that serve the client's listener; the first that allows or denies decides. Whom none
/// speaks of is refused.
public final class AuthenticatorChain implements Authenticator, EnhancedAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(AuthenticatorChain.class);

    /// One source.
    ///
    /// @param name for the operator, such as `passwordFile`
    /// @param listeners that it serves; all if empty
    /// @param authenticator asked with the CONNECT
    /// @param enhanced asked about AUTH packets; [EnhancedAuthenticator#none] if it can't be
    public record Source(
            String name, Set<String> listeners, Authenticator authenticator, EnhancedAuthenticator enhanced) {

        boolean serves(String listener) {
            return listeners.isEmpty() || listeners.contains(listener);
        }
    }

    private static final Set<String> NO_TOKENS = Set.of("passwordFile", "x509", "anonymous");

    private final List<Source> sources;

    /// A chain.
    ///
    /// @param sources in the order in which they are asked
    public AuthenticatorChain(List<Source> sources) {
        this.sources = List.copyOf(sources);
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        ask(0, client, password, answer);
    }

    private void ask(int from, ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        int at = from;
        while (at < sources.size() && !sources.get(at).serves(client.connection().listener())) {
            at++;
        }
        if (at == sources.size()) {
            boolean shownNothing = client.userName() == null && password == null;
            if (shownNothing) {
                answer.accept(Verdict.deny(ReasonCode.NOT_AUTHORIZED, "it shows nothing that says who it is"));
            } else {
                boolean asToken = readsTokens(client.connection().listener());
                answer.accept(new Verdict.Deny(
                        ReasonCode.BAD_USER_NAME_OR_PASSWORD, "no source knows it", !asToken));
            }
            return;
        }
        int next = at + 1;
        sources.get(at).authenticator.authenticate(client, password, Answer.before(answer, verdict -> {
            if (verdict instanceof Verdict.Next) {
                askNext(next, client, password, answer);
            } else {
                answer.accept(verdict);
            }
        }));
    }

    /// Whether what looks like a token may be one. A service decides that for itself.
    private boolean readsTokens(String listener) {
        return sources.stream().anyMatch(source -> source.serves(listener) && !NO_TOKENS.contains(source.name));
    }

    /// On whatever thread the source before has answered: there nobody would see it fail.
    private void askNext(int from, ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        try {
            ask(from, client, password, answer);
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            LOG.error("bug in a source of authentication", bug);
            answer.accept(Verdict.deny(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "a source failed"));
        }
    }

    @Override
    public Exchange begin(String method, ClientInfo client, byte[] password) {
        for (int at = 0; at < sources.size(); at++) {
            Source source = sources.get(at);
            Exchange exchange = source.serves(client.connection().listener())
                    ? source.enhanced.begin(method, client, password)
                    : null;
            if (exchange != null) {
                return new BehindOthers(at, client, password, exchange);
            }
        }
        return null;
    }

    /// An exchange with one source. Those before it are asked first and may deny: a method that the client chooses is
    /// no way around them. That they would let it in is not enough, since it has asked for the exchange.
    private final class BehindOthers implements Exchange {
        private final int end;
        private final ClientInfo client;
        private final byte[] password;
        private final Exchange exchange;
        private boolean asked;

        BehindOthers(int end, ClientInfo client, byte[] password, Exchange exchange) {
            this.end = end;
            this.client = client;
            this.password = password;
            this.exchange = exchange;
        }

        @Override
        public void step(byte[] data, Consumer<Step> answer) {
            if (asked) {
                exchange.step(data, answer);
            } else {
                asked = true;
                before(0, data, answer);
            }
        }

        private void before(int from, byte[] data, Consumer<Step> answer) {
            int at = from;
            while (at < end && !sources.get(at).serves(client.connection().listener())) {
                at++;
            }
            if (at == end) {
                exchange.step(data, answer);
                return;
            }
            int next = at + 1;
            sources.get(at).authenticator.authenticate(client, password, Answer.before(answer, verdict -> {
                if (verdict instanceof Verdict.Deny deny) {
                    answer.accept(new Step.Failure(deny.reason(), deny.ofName()));
                } else {
                    beforeNext(next, data, answer);
                }
            }));
        }

        /// On whatever thread the source before has answered: there nobody would see it fail.
        private void beforeNext(int from, byte[] data, Consumer<Step> answer) {
            try {
                before(from, data, answer);
            } catch (RuntimeException | Error bug) {
                LostProcess.endIf(bug);
                LOG.error("bug in a source of authentication", bug);
                answer.accept(new Step.Failure(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR));
            }
        }
    }

    /// Whether a listener lets everybody in.
    ///
    /// @param listener by name
    /// @return true if a source called `anonymous` serves it
    public boolean isOpen(String listener) {
        return sources.stream().anyMatch(source -> source.name.equals("anonymous") && source.serves(listener));
    }

    /// Whether clients may bring rules of their own.
    ///
    /// @return true with a source that reads tokens or asks a service
    public boolean bringsRules() {
        return sources.stream().anyMatch(source -> source.name.equals("jwt") || source.name.equals("http"));
    }

    /// Says in which order who is asked.
    ///
    /// @return names of sources
    public List<String> names() {
        return sources.stream().map(Source::name).toList();
    }
}
