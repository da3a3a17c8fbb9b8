package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Decision;
import java.util.List;
import java.util.function.Consumer;

/// The sources of rules that hold at one time, asked in order; the first that speaks of an access decides. What nobody
/// speaks of is denied. A client's own rules come before all others; a superuser is asked about nothing. Without any
/// rules everything is allowed but what [Access#isControl].
///
/// Immutable, for any thread.
///
/// @param sources in the order in which they are asked, at most 100
/// @param version grows with each change; 0 if there are none
/// @param closesDenied whether a publisher that may not is closed, instead of its message dropped
public record Rules(List<Authorizer> sources, long version, boolean closesDenied) {

    /// There are none.
    public static final Rules NONE = new Rules(List.of(), 0, false);

    private static final int SOURCES_MAX = 100;

    /// A [#grant] by nobody: all sources are asked about each message, and what none speaks of is denied.
    public static final int ASK_ALL = SOURCES_MAX + 1;

    /// Makes it immutable.
    public Rules {
        sources = List.copyOf(sources);
        if (sources.size() > SOURCES_MAX) {
            throw new IllegalArgumentException("at most " + SOURCES_MAX + " sources of rules");
        }
    }

    /// Decides from memory.
    ///
    /// @param client who
    /// @param access what: publish or subscribe
    /// @return with LATER it has to be asked for
    public Ruling decide(ClientInfo client, Access access) {
        return free(client, access) ? Ruling.FREE : from(0, client, access);
    }

    private boolean free(ClientInfo client, Access access) {
        return client.identity().superuser() || version == 0 && !access.isControl();
    }

    private Ruling from(int first, ClientInfo client, Access access) {
        for (int at = first; at <= sources.size(); at++) {
            Authorizer source = source(at, client);
            Decision decision = source == null ? Decision.NEXT : source.decide(client, access);
            if (decision != Decision.NEXT) {
                return new Ruling(decision, at);
            }
        }
        return Ruling.UNKNOWN;
    }

    private Authorizer source(int at, ClientInfo client) {
        return at == 0 ? client.identity().rules() : sources.get(at - 1);
    }

    /// Decides what was LATER.
    ///
    /// @param later from [#decide]
    /// @param client who
    /// @param access what
    /// @param answer takes the ruling, never LATER; called once, on any thread, be it this one
    public void ask(Ruling later, ClientInfo client, Access access, Consumer<Ruling> answer) {
        int at = later.source();
        source(at, client).ask(client, access, decision -> {
            Ruling ruling = decision == Decision.NEXT
                    ? from(at + 1, client, access)
                    : new Ruling(decision, at);
            if (ruling.decision() == Decision.LATER) {
                ask(ruling, client, access, answer);
            } else {
                answer.accept(ruling);
            }
        });
    }

    /// What is to be remembered of a subscription that was allowed.
    ///
    /// @param ruling that has allowed it
    /// @param client who
    /// @param filter without `$share/{name}/`
    /// @return 0 if each of its messages may be delivered; else for [#mayReceive]
    public int grant(Ruling ruling, ClientInfo client, String filter) {
        for (int at = 0; at <= ruling.source(); at++) {
            Authorizer source = source(at, client);
            if (source != null && source.mayDeny(client, filter)) {
                return ruling.source() + 1;
            }
        }
        return 0;
    }

    /// Decides about one message for a subscription. Sources behind the one that has granted it are not asked.
    ///
    /// @param grant of the subscription, not 0
    /// @param client who
    /// @param access a message of the subscription
    /// @return whether it may be delivered
    public boolean mayReceive(int grant, ClientInfo client, Access access) {
        if (free(client, access)) {
            return true;
        }
        int last = Math.min(grant - 1, sources.size());
        for (int at = 0; at <= last; at++) {
            Authorizer source = source(at, client);
            Decision decision = source == null ? Decision.NEXT : source.decide(client, access);
            if (decision != Decision.NEXT) {
                return decision == Decision.ALLOW;
            }
        }
        return grant != ASK_ALL;
    }

    /// Says which rule decides about an access.
    ///
    /// @param client who
    /// @param access what
    /// @return one line for each source that was looked at, ending with the one that decides
    public String explain(ClientInfo client, Access access) {
        if (client.identity().superuser()) {
            return "allow: a superuser";
        }
        if (version == 0) {
            return access.isControl()
                    ? "deny: there are no rules, and " + Control.PREFIX + " needs one that names it"
                    : "allow: there are no rules";
        }
        StringBuilder lines = new StringBuilder();
        for (int at = 0; at <= sources.size(); at++) {
            Authorizer source = source(at, client);
            if (source != null) {
                lines.append(source.explain(client, access)).append('\n');
                if (source.decide(client, access) != Decision.NEXT) {
                    return lines.toString().stripTrailing();
                }
            }
        }
        return lines.append("deny: no rule speaks of it").toString();
    }
}
