package io.tern.auth;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.ConfigException;
import io.tern.api.Decision;
import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Problems;
import io.tern.api.SectionReader;
import io.tern.api.Setting;
import io.tern.auth.acl.AclFile;
import io.tern.auth.acl.Policy;
import io.tern.auth.http.HttpAuthorizer;
import io.tern.auth.http.HttpOptions;
import io.tern.auth.work.Kept;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads `authorization`: the sources that say who may do what, in order.
public final class AuthorizationConfig {

    /// What is done about a message that its publisher may not send.
    public enum DenyAction {
        /// It is dropped: answered with 0x87 in 5.0, and as if it had been taken in 3.x.
        IGNORE,
        /// The connection is closed.
        DISCONNECT
    }

    /// The key of the list.
    public static final Option<Setting> SOURCES = Option.tree(
            "authorization",
            "Who may do what: sources of rules, asked in this order until one allows or denies; what none speaks of is"
                    + " denied. Without any, everything is allowed. Either the list itself, or a section with sources"
                    + " and deny_action.");

    private static final Option<Setting> LIST = Option.tree("sources", "The sources, in order.");
    private static final Option<DenyAction> DENY_ACTION = Option.choice(
            "deny_action",
            DenyAction.IGNORE,
            "What is done about a message that its publisher may not send: ignore drops it, with 0x87 in 5.0;"
                    + " disconnect closes the connection.");

    /// What was read.
    ///
    /// @param sources in order
    /// @param closesDenied whether a publisher that may not is closed
    public record Read(List<Authorizer> sources, boolean closesDenied) {}

    private final Site site;
    private final Problems problems;

    private AuthorizationConfig(Site site, Problems problems) {
        this.site = site;
        this.problems = problems;
    }

    /// What each kind of source can be told.
    ///
    /// @return options by kind, for the reference page
    public static Map<String, List<Option<?>>> kinds() {
        Map<String, List<Option<?>>> kinds = new LinkedHashMap<>();
        kinds.put("aclFile", List.of());
        kinds.put("policy", Policy.all());
        kinds.put("jwtClaim", List.of());
        kinds.put("http", HttpOptions.ofAuthorization());
        return kinds;
    }

    /// What may stand beside the list.
    ///
    /// @return options, for the reference page
    public static List<Option<?>> all() {
        return List.of(LIST, DENY_ACTION);
    }

    /// Reads the list, or the section with it.
    ///
    /// @param setting what stands below `authorization`
    /// @param site where it is read
    /// @param problems takes what is wrong
    /// @return the sources, as far as they are right
    public static Read read(Setting setting, Site site, Problems problems) {
        AuthorizationConfig config = new AuthorizationConfig(site, problems);
        Options options = setting instanceof Setting.Items
                ? Options.DEFAULTS.with(LIST, setting)
                : new SectionReader(all(), problems).read(setting);
        List<Authorizer> sources = SourceList.read(
                "authorization",
                options.get(LIST),
                Map.of(
                        "aclFile", config::aclFile,
                        "policy", config::policy,
                        "jwtClaim", config::jwtClaim,
                        "http", config::http),
                List.of(),
                problems);
        for (int i = 0; i < sources.size() - 1; i++) {
            if (sources.get(i) instanceof AclFile) {
                problems.at(setting, "authorization: aclFile denies what it doesn't grant, so it has to be the last");
            }
        }
        List<Authorizer> asked = new ArrayList<>(sources);
        asked.removeIf(source -> source == OWN_FIRST);
        return new Read(asked, options.get(DENY_ACTION) == DenyAction.DISCONNECT);
    }

    private Authorizer aclFile(Setting value, Setting.Section item) {
        if (!(value instanceof Setting.Value name)) {
            throw new IllegalArgumentException("expected a file, found " + value.shape());
        }
        try {
            return AclFile.read(site.file(name.text()));
        } catch (ConfigException e) {
            throw new IllegalArgumentException(String.join("; ", e.problems()), e);
        }
    }

    private Authorizer policy(Setting value, Setting.Section item) {
        if (!(value instanceof Setting.Value name)) {
            return Policy.read(value, site.listenerFault(), problems);
        }
        Path file = site.file(name.text());
        Problems own = new Problems(file.toString());
        try {
            Setting root = site.trees().read(file, own);
            Authorizer policy = Policy.read(root, site.listenerFault(), own);
            own.check();
            return policy;
        } catch (ConfigException e) {
            throw new IllegalArgumentException(String.join("; ", e.problems()), e);
        }
    }

    private Authorizer jwtClaim(Setting value, Setting.Section item) {
        SourceList.checkTrue(value, "true");
        return OWN_FIRST;
    }

    private Authorizer http(Setting value, Setting.Section item) {
        Options options = new SectionReader(HttpOptions.ofAuthorization(), problems).read(value);
        HttpAuthorizer authorizer = site.kept().keep(
                HttpAuthorizer.class, List.of(Kept.text(value)), () -> new HttpAuthorizer(options, site.clock()));
        authorizer.forget();
        return authorizer;
    }

    /// Rules that clients bring along come first anyway; where only they are wanted this says so.
    private static final Authorizer OWN_FIRST = new Own(Decision.NEXT);

    /// Allows everything but [Access#isControl] to those who bring no rules of their own. For a site whose tokens may
    /// hold rules, and that has no others.
    public static final Authorizer ALL_WITHOUT_OWN = new Own(Decision.ALLOW);

    /// @param without what is said of clients without rules
    private record Own(Decision without) implements Authorizer {

        @Override
        public Decision decide(ClientInfo client, Access access) {
            return client.identity().rules() == null && !access.isControl() ? without : Decision.NEXT;
        }

        @Override
        public boolean mayDeny(ClientInfo client, String filter) {
            return false;
        }

        @Override
        public String explain(ClientInfo client, Access access) {
            return client.identity().rules() == null && !access.isControl()
                    ? "allow: there are no rules but those of tokens, and it has none"
                    : "rules of tokens only: none speaks of it";
        }
    }
}
