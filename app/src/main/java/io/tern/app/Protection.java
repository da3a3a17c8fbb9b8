package io.tern.app;

import io.tern.admin.ConfigFile;
import io.tern.api.Answer;
import io.tern.api.Authenticator;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.ConfigException;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.Setting;
import io.tern.api.Verdict;
import io.tern.auth.AuthenticationConfig;
import io.tern.auth.AuthenticatorChain;
import io.tern.auth.AuthorizationConfig;
import io.tern.auth.Site;
import io.tern.auth.work.Kept;
import io.tern.broker.access.Authorization;
import io.tern.wire.ReasonCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Who may connect and do what in this process, as the configuration says, and as it says after it was read again.
///
/// A configuration that can't be used changes nothing. For any thread; reading blocks.
final class Protection implements Authenticator, EnhancedAuthenticator {

    /// A listener, as far as it matters who can reach it.
    ///
    /// @param name in the configuration
    /// @param host address that it listens on; null for a Unix socket
    /// @param allowsAnonymous whether the operator has said that it may let everybody in
    record Reachable(String name, String host, boolean allowsAnonymous) {

        boolean isLocal() {
            return host == null || host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
        }
    }

    /// What holds at one time.
    ///
    /// @param chain null if everybody is let in, whatever he says of himself
    /// @param kept what the sources come to know
    private record State(AuthenticatorChain chain, AuthorizationConfig.Read rules, Kept kept) {}

    private final Path config;
    private final Clock clock;
    private final Authorization authorization = new Authorization();
    private volatile State state;

    private Protection(Path config, Clock clock, State state) {
        this.config = config;
        this.clock = clock;
        apply(state);
    }

    /// Reads what the configuration says.
    ///
    /// @param settings all that is set
    /// @param config the file it stands in, or null
    /// @param clock the time
    /// @throws ConfigException if it makes no sense, or lets everybody in from other machines without a word for it
    static Protection of(Settings settings, Path config, Clock clock) throws ConfigException {
        return new Protection(config, clock, read(settings, config, clock, new Kept()));
    }

    /// Puts what another configuration says in place of what holds.
    ///
    /// @param settings all that is set
    /// @throws ConfigException as [#of]; then nothing has changed
    void reload(Settings settings) throws ConfigException {
        apply(read(settings, config, clock, new Kept(state.kept)));
    }

    private void apply(State next) {
        state = next;
        if (next.rules == null) {
            authorization.clear();
        } else {
            authorization.replace(next.rules.sources(), next.rules.closesDenied());
        }
    }

    private static State read(Settings settings, Path config, Clock clock, Kept kept) throws ConfigException {
        Options options = settings.options();
        List<Reachable> listeners = settings.listeners().reachable(options);
        String name = config == null ? "options" : config.toString();
        Problems problems = new Problems(name);
        Path folder = config == null ? Path.of("") : config.toAbsolutePath().getParent();
        Site site = new Site(folder, clock, System::getenv, ConfigFile::tree, kept);
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
        refuseOpenDoors(chain, listeners, name);
        return new State(chain, rules, kept);
    }

    private static void refuseOpenDoors(AuthenticatorChain chain, List<Reachable> listeners, String name)
            throws ConfigException {
        List<String> open = new ArrayList<>();
        for (Reachable listener : listeners) {
            if (chain == null && !listener.isLocal() && !listener.allowsAnonymous()) {
                open.add(name + ": listeners." + listener.name() + ".host: other machines could connect to "
                        + listener.host() + " without a password; set authentication, or listeners." + listener.name()
                        + ".allow_anonymous: true to let everybody in");
            }
        }
        if (!open.isEmpty()) {
            throw new ConfigException(open);
        }
    }

    /// What an operator has to know at each start: where everybody can come in from other machines.
    List<String> warnings(List<Reachable> listeners) {
        List<String> warnings = new ArrayList<>();
        for (Reachable listener : listeners) {
            if (!listener.isLocal() && isOpen(listener)) {
                warnings.add("Everybody who can reach " + listener.host() + " may connect to listener "
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
            answer.accept(Verdict.deny(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "a source failed: " + bug));
        }
    }

    @Override
    public Exchange begin(String method, ClientInfo client) {
        AuthenticatorChain chain = state.chain;
        return chain == null ? null : chain.begin(method, client);
    }
}
