package io.tern.broker.defence;

import io.tern.api.AddressRange;
import io.tern.api.ClientInfo;
import io.tern.api.Control;
import io.tern.api.Identity;
import io.tern.api.Place;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// All bans. Bounded: when there are too many, that one of the automatic ones which ends first gives way, never one
/// that an operator has made. For any thread; what is asked at each CONNECT takes no lock, and a change costs the same
/// however many there are.
public final class Bans {

    /// Most bans that are kept.
    public static final int BANS_MAX = 10_000;

    /// A ban in the order in which they were made.
    private record Made(Ban ban, long number) {}

    private final Map<String, Made> all = new LinkedHashMap<>();
    private final TreeSet<Made> automatic = new TreeSet<>(
            Comparator.comparingLong((Made made) -> made.ban.untilMillis()).thenComparingLong(Made::number));
    private final Map<String, Ban> clients = new ConcurrentHashMap<>();
    private final Map<String, Ban> users = new ConcurrentHashMap<>();
    private final Networks networks = new Networks();
    private final Expressions clientExpressions = new Expressions();
    private final Expressions userExpressions = new Expressions();
    private long made;
    private Runnable listener = () -> { };

    /// Begins with none.
    public Bans() {}

    /// Lets somebody know of each change.
    ///
    /// @param onChange called on the thread that makes the change; must not block
    public synchronized void onChange(Runnable onChange) {
        listener = onChange;
    }

    /// Adds one, or puts it in place of one for the same. An automatic one takes no other's place that an operator has
    /// made, or that ends later.
    ///
    /// @param ban what
    /// @return false if it was not taken, for an automatic one
    /// @throws IllegalArgumentException if an operator has made so many that there is no room
    public synchronized boolean add(Ban ban) {
        boolean taken = put(ban);
        if (taken) {
            listener.run();
        }
        return taken;
    }

    private boolean put(Ban ban) {
        String key = key(ban.kind(), ban.value());
        Made before = all.get(key);
        if (before != null && ban.automatic() && !before.ban.isOver(ban.atMillis())
                && (!before.ban.automatic() || before.ban.untilMillis() > ban.untilMillis())) {
            return false;
        }
        if (before == null) {
            if (ban.kind() == Ban.Kind.CLIENT_REGEX) {
                clientExpressions.check();
            } else if (ban.kind() == Ban.Kind.USER_REGEX) {
                userExpressions.check();
            }
            if (all.size() >= BANS_MAX && !makesRoom(ban)) {
                return false;
            }
        } else {
            forget(key, before);
        }
        Made entry = new Made(ban, made++);
        all.put(key, entry);
        if (ban.automatic()) {
            automatic.add(entry);
        }
        switch (ban.kind()) {
            case CLIENT -> clients.put(ban.value(), ban);
            case USER -> users.put(ban.value(), ban);
            case ADDRESS -> networks.put(AddressRange.of(ban.value()), ban);
            case CLIENT_REGEX -> clientExpressions.put(ban);
            case USER_REGEX -> userExpressions.put(ban);
        }
        return true;
    }

    private boolean makesRoom(Ban ban) {
        if (automatic.isEmpty()) {
            sweep(ban.atMillis());
        } else {
            Made first = automatic.getFirst();
            forget(key(first.ban.kind(), first.ban.value()), first);
        }
        if (all.size() < BANS_MAX) {
            return true;
        }
        if (ban.automatic()) {
            return false;
        }
        throw new IllegalArgumentException("there are " + BANS_MAX + " bans, and no more are kept");
    }

    private void forget(String key, Made entry) {
        all.remove(key);
        automatic.remove(entry);
        Ban ban = entry.ban;
        switch (ban.kind()) {
            case CLIENT -> clients.remove(ban.value());
            case USER -> users.remove(ban.value());
            case ADDRESS -> networks.remove(AddressRange.of(ban.value()));
            case CLIENT_REGEX -> clientExpressions.remove(ban);
            case USER_REGEX -> userExpressions.remove(ban);
        }
    }

    private boolean sweep(long nowMillis) {
        List<Map.Entry<String, Made>> over = new ArrayList<>();
        all.entrySet().stream().filter(each -> each.getValue().ban.isOver(nowMillis)).forEach(over::add);
        over.forEach(each -> forget(each.getKey(), each.getValue()));
        return !over.isEmpty();
    }

    /// Ends one.
    ///
    /// @param kind of it
    /// @param value of it
    /// @return false if there is none
    /// @throws IllegalArgumentException if the value is none of its kind
    public synchronized boolean remove(Ban.Kind kind, String value) {
        String key = key(kind, value);
        Made found = all.get(key);
        if (found != null) {
            forget(key, found);
            listener.run();
        }
        return found != null;
    }

    /// The same network may be written in several ways.
    private static String key(Ban.Kind kind, String value) {
        return kind + " " + (kind == Ban.Kind.ADDRESS ? Networks.name(AddressRange.of(value)) : value);
    }

    /// All that are not over; the others are forgotten, and what is written of them may be, too.
    ///
    /// @param nowMillis the time
    /// @return in the order they were made
    public synchronized List<Ban> list(long nowMillis) {
        if (sweep(nowMillis)) {
            listener.run();
        }
        return all.values().stream().map(Made::ban).toList();
    }

    /// Finds the ban that keeps an address out.
    ///
    /// @param remote where somebody comes from
    /// @param nowMillis the time
    /// @return null if there is none
    public Ban of(SocketAddress remote, long nowMillis) {
        return networks.isEmpty() || !(remote instanceof InetSocketAddress socket) || socket.getAddress() == null
                ? null
                : networks.of(socket.getAddress().getAddress(), nowMillis);
    }

    /// Finds the ban that keeps a client out. None does so to the operator on this machine, who may have made a mistake
    /// and has to mend it.
    ///
    /// @param client who it is, or as long as that isn't known who it says it is, and where it comes from
    /// @param nowMillis the time
    /// @return null if there is none
    public Ban of(ClientInfo client, long nowMillis) {
        if (isOperator(client)) {
            return null;
        }
        Ban ban = inForce(clients.get(client.clientId()), nowMillis);
        String user = client.userName();
        if (ban == null && user != null) {
            ban = inForce(users.get(user), nowMillis);
        }
        if (ban == null) {
            ban = clientExpressions.of(client.clientId(), nowMillis);
        }
        if (ban == null && user != null) {
            ban = userExpressions.of(user, nowMillis);
        }
        return ban != null ? ban : of(client.connection().remote(), nowMillis);
    }

    private static boolean isOperator(ClientInfo client) {
        return Control.OPERATOR.equals(client.userName())
                && Place.isHere(client.connection().remote())
                && (client.identity() == Identity.NONE || client.identity().source().equals(Control.OPERATOR_SOURCE));
    }

    private static Ban inForce(Ban ban, long nowMillis) {
        return ban == null || ban.isOver(nowMillis) ? null : ban;
    }
}
