package io.tern.broker.access;

import io.tern.api.Access;
import io.tern.api.Authorizer;
import io.tern.api.ClientInfo;
import io.tern.api.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The rules that hold now, and who has to know when they change. For any thread.
public final class Authorization {

    private final List<Runnable> listeners = new ArrayList<>();
    private volatile Rules rules = Rules.NONE;
    private long lastVersion;

    /// Begins with everything allowed.
    public Authorization() {}

    /// Begins with rules.
    ///
    /// @param sources in the order in which they are asked
    /// @param closesDenied as in [Rules]
    /// @return with version 1
    public static Authorization of(List<Authorizer> sources, boolean closesDenied) {
        Authorization authorization = new Authorization();
        authorization.replace(sources, closesDenied);
        return authorization;
    }

    /// The rules that hold now.
    ///
    /// @return as last given to [#replace]
    public Rules rules() {
        return rules;
    }

    /// Asks for what rules can't say at once. What they say when others hold by then counts no more: those are asked.
    ///
    /// @param asked the rules that have said LATER
    /// @param later what they have said
    /// @param client who
    /// @param access what
    /// @param home runs what it is given on the thread of who asks
    /// @param then takes the ruling there, never LATER
    void ask(
            Rules asked,
            Ruling later,
            ClientInfo client,
            Access access,
            Consumer<Runnable> home,
            Consumer<Ruling> then) {
        asked.ask(later, client, access, answer -> home.accept(() -> {
            Rules holding = rules;
            Ruling ruling = holding == asked ? answer : holding.decide(client, access);
            if (ruling.decision() == Decision.LATER) {
                ask(holding, ruling, client, access, home, then);
            } else {
                then.accept(ruling);
            }
        }));
    }

    /// Puts other rules in their place. Everything that was granted is looked at again.
    ///
    /// @param sources in the order in which they are asked; none to deny everything
    /// @param closesDenied as in [Rules]
    public synchronized void replace(List<Authorizer> sources, boolean closesDenied) {
        rules = new Rules(sources, ++lastVersion, closesDenied);
        listeners.forEach(Runnable::run);
    }

    /// Removes all rules: everything is allowed.
    public synchronized void clear() {
        rules = Rules.NONE;
        listeners.forEach(Runnable::run);
    }

    /// Lets somebody know of each change.
    ///
    /// @param listener called on the thread that makes the change; must not block
    public synchronized void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
