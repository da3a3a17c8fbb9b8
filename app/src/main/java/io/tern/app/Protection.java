package io.tern.app;

import io.tern.admin.ConfigFile;
import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.LostProcess;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.Setting;
import io.tern.api.Verdict;
import io.tern.auth.AuthenticationConfig;
import io.tern.auth.AuthenticatorChain;
import io.tern.auth.AuthorizationConfig;
import io.tern.auth.Site;
import io.tern.auth.token.Jwt;
import io.tern.auth.work.Kept;
import io.tern.broker.access.Authorization;
import io.tern.wire.ReasonCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may connect and do what in this process, as the configuration says, and as it says after it was read again.
///
/// A configuration that can't be used changes nothing. For any thread; reading blocks.
final class Protection implements Authenticator, EnhancedAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(Protection.class);

    /// What holds at one time.
    ///
    /// @param chain null if everybody is let in, whatever he says of himself
    /// @param kept what the sources come to know
    private record State(AuthenticatorChain chain, AuthorizationConfig.Read rules, Kept kept) {}

    private final Path config;
    private final Clock clock;
    /// Those that listen, as long as this process does.
    private final List<Reachable> bound;
    private final Authorization authorization = new Authorization();
    private volatile State state;

    private Protection(Path config, Clock clock, List<Reachable> bound, State state) {
        this.config = config;
        this.clock = clock;
        this.bound = bound;
        apply(state);
    }

    /// Reads what the configuration says.
    ///
    /// @param settings all that is set
    /// @param config the file it stands in, or null
    /// @param clock the time
    /// @throws ConfigException if it makes no sense, or lets everybody in from other machines without a word for it
    static Protection of(Settings settings, Path config, Clock clock) throws ConfigException {
        State state = read(settings, List.of(), config, clock, new Kept());
        return new Protection(config, clock, settings.listeners().reachable(settings.options()), state);
    }

    /// Puts what another configuration says in place of what holds. It counts at once for the listeners that are there,
    /// but these wait for a restart: so what it says must be right for them as they are.
    ///
    /// @param settings all that is set
    /// @throws ConfigException as [#of]; then nothing has changed
    void reload(Settings settings) throws ConfigException {
        apply(read(settings, bound, config, clock, new Kept(state.kept)));
    }

    private void apply(State next) {
        state = next;
        if (next.rules == null) {
            authorization.clear();
        } else {
            authorization.replace(next.rules.sources(), next.rules.closesDenied());
        }
        if (next.chain == null && next.rules != null) {
            LOG.warn("authorization without authentication: nobody verifies user names, so no client has one, and rules"
                    + " about users are about nobody");
        }
    }

    /// @param bound listeners that stay as they are; none at the start
    private static State read(Settings settings, List<Reachable> bound, Path config, Clock clock, Kept kept)
            throws ConfigException {
        Options options = settings.options();
        List<Reachable> listeners = settings.listeners().reachable(options);
        String name = config == null ? "options" : config.toString();
        Problems problems = new Problems(name);
        Path folder = config == null ? Path.of("") : config.toAbsolutePath().getParent();
        Set<String> known = settings.listeners().names();
        Site site = new Site(
                folder,
                clock,
                System::getenv,
                ConfigFile::tree,
                kept,
                each -> listenerFault(each, known, listeners, bound));
        Jwt.keepUsed(kept);
        AuthenticatorChain chain = null;
        if (options.isGiven(AuthenticationConfig.SOURCES)) {
            Setting setting = options.get(AuthenticationConfig.SOURCES);
            List<AuthenticatorChain.Source> sources =
                    new ArrayList<>(AuthenticationConfig.read(setting, site, problems));
            Set<String> open = new HashSet<>();
            listeners.stream().filter(Reachable::allowsAnonymous).map(Reachable::name).forEach(open::add);
            if (!open.isEmpty()) {
                sources.add(AuthenticationConfig.anonymous(open));
            }
            chain = new AuthenticatorChain(sources);
        }
        AuthorizationConfig.Read rules = null;
        if (options.isGiven(AuthorizationConfig.SOURCES)) {
            rules = AuthorizationConfig.read(options.get(AuthorizationConfig.SOURCES), site, problems);
        } else if (chain != null && chain.bringsRules()) {
            List<Authorizer> own = List.of(AuthorizationConfig.ALL_WITHOUT_OWN);
            rules = new AuthorizationConfig.Read(own, false);
        }
        problems.check();
        List<String> wrong = new ArrayList<>();
        openDoors(chain, listeners, wrong);
        otherDoors(chain, listeners, bound, wrong);
        if (!wrong.isEmpty()) {
            throw new ConfigException(wrong.stream().map(each -> name + ": " + each).toList());
        }
        return new State(chain, rules, kept);
    }

    private static Reachable named(String name, List<Reachable> listeners) {
        return listeners.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
    }

    /// What is wrong with the name of a listener that sources or rules speak of.
    private static String listenerFault(
            String name, Set<String> known, List<Reachable> listeners, List<Reachable> bound) {
        if (!known.contains(name)) {
            return "there is no listener " + name + "; there are " + String.join(", ", known);
        }
        Reachable open = named(name, bound);
        return open == null || open.isSameDoor(named(name, listeners))
                ? null
                : "the listener " + name + " is still another one, until a restart";
    }

    private static void openDoors(AuthenticatorChain chain, List<Reachable> listeners, List<String> wrong) {
        for (Reachable listener : listeners) {
            if (chain == null && !listener.isLocal() && !listener.allowsAnonymous()) {
                wrong.add("listeners." + listener.name() + ".host: other machines could connect to "
                        + listener.where() + " without a password; set authentication, or listeners." + listener.name()
                        + ".allow_anonymous: true to let everybody in");
            }
        }
    }

    /// A listener that stays as it is must not be taken for the one that is to come.
    private static void otherDoors(
            AuthenticatorChain chain, List<Reachable> listeners, List<Reachable> bound, List<String> wrong) {
        for (Reachable open : bound) {
            Reachable later = named(open.name(), listeners);
            boolean letsIn = chain == null || chain.isOpen(open.name());
            if (letsIn && !open.isLocal() && !open.isSameDoor(later)) {
                wrong.add("listeners." + open.name() + ": until a restart it stays open at " + open.where()
                        + " as it is, and everybody could connect there without a password");
            } else if (later != null && !open.trustsTheSame(later)) {
                wrong.add("listeners." + open.name() + ".tls: until a restart it believes other certificates of clients"
                        + " than the file says, so who may connect can't be taken over before");
            }
        }
    }

    /// What an operator has to know at each start: where everybody can come in from other machines.
    List<String> warnings(List<Reachable> listeners) {
        List<String> warnings = new ArrayList<>();
        for (Reachable listener : listeners) {
            if (!listener.isLocal() && isOpen(listener)) {
                warnings.add("Everybody who can reach " + listener.where() + " may connect to listener "
                        + listener.name() + " without a password.");
            }
        }
        return warnings;
    }

    private boolean isOpen(Reachable listener) {
        return state.chain == null || state.chain.isOpen(listener.name());
    }

    /// Says who is let in.
    String summary(List<Reachable> listeners) {
        AuthenticatorChain chain = state.chain;
        if (chain != null) {
            return "Clients are let in by: " + String.join(", ", chain.names()) + ".";
        }
        return listeners.stream().allMatch(Reachable::isLocal)
                ? "Only this machine can connect, and needs no password."
                : "Other machines can connect, and need no password.";
    }

    Authorization authorization() {
        return authorization;
    }

    @Override
    public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        State asked = state;
        if (asked.chain == null) {
            answer.accept(Verdict.ANYBODY);
            return;
        }
        asked.chain.authenticate(client, password, Answer.before(answer, verdict -> {
            if (state == asked) {
                answer.accept(verdict);
            } else {
                authenticateAnew(client, password, answer);
            }
        }));
    }

    /// Others hold meanwhile: what those from before say lets nobody in any more. On whatever thread they have
    /// answered.
    private void authenticateAnew(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
        try {
            authenticate(client, password, answer);
        } catch (RuntimeException | Error bug) {
            LostProcess.endIf(bug);
            answer.accept(Verdict.deny(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "a source failed: " + bug));
        }
    }

    @Override
    public Exchange begin(String method, ClientInfo client, byte[] password) {
        State asked = state;
        Exchange exchange = asked.chain == null ? null : asked.chain.begin(method, client, password);
        return exchange == null ? null : (data, answer) -> exchange.step(data, step -> answer.accept(
                // Others hold meanwhile. What was said to those from before can't be said again for the client.
                state == asked ? step : new Step.Failure(ReasonCode.SERVER_BUSY)));
    }
}
