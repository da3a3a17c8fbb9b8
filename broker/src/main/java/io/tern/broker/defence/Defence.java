package io.tern.broker.defence;

import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.Place;
import io.tern.api.SecurityEvent;
import io.tern.wire.ReasonCode;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;

/// Who may try to connect at all: bans, limits on connecting, failed logins, clients that flap, a machine that has
/// nothing left. One for a broker, for any thread; what it is asked is short, and nothing of it lies on the way of a
/// message.
///
/// An IPv6 address counts by its first 64 bits, since the rest is its owner's to choose.
public final class Defence {

    private static final int AUTOMATIC_VALUE_CHARS_MAX = 256;

    private volatile DefenceLimits limits;
    private volatile ListenerRates listenerRates;
    /// This can't change, nor can how many may come from one address: those from before would not have been counted.
    private final int connectionsPerUser;
    private final Admissions admissions;
    private final LongAdder notAdmitted = new LongAdder();
    private final Bans bans;
    private final SecurityEvent.Sink events;
    private final FailedLogins failedLogins;
    private final Flapping flapping;
    /// By user, then by client identifier: who takes over from himself is not counted twice.
    private final Map<String, Map<String, Integer>> openByUser = new HashMap<>();
    private final Map<String, Boolean> scarce = new ConcurrentHashMap<>();
    private final List<Runnable> onChange = new CopyOnWriteArrayList<>();

    /// Sets it up.
    ///
    /// @param limits what is put up with
    /// @param bans whom it keeps out, and adds to
    /// @param events takes what happens
    public Defence(DefenceLimits limits, Bans bans, SecurityEvent.Sink events) {
        this.limits = limits;
        this.admissions = new Admissions(limits);
        this.listenerRates = new ListenerRates(limits);
        this.connectionsPerUser = limits.connectionsPerUser();
        this.bans = bans;
        this.events = events;
        this.failedLogins = new FailedLogins(limits);
        this.flapping = new Flapping(limits);
    }

    /// Puts up with everything.
    ///
    /// @return a defence without limits
    public static Defence none() {
        return new Defence(DefenceLimits.NONE, new Bans(), SecurityEvent.Sink.NONE);
    }

    /// Puts up with something else from now on. Who was let in stays in; failed logins and bans are not forgotten. How
    /// many connections an address or a user may have stays as it was at the start.
    ///
    /// @param now what is put up with
    public void replace(DefenceLimits now) {
        synchronized (this) {
            limits = now;
            failedLogins.limits(now);
            flapping.limits(now);
        }
        admissions.limits(now);
        listenerRates = new ListenerRates(now);
        onChange.forEach(Runnable::run);
    }

    /// Has somebody told when other limits hold.
    ///
    /// @param listener called on the thread of [#replace], after it
    public void onChange(Runnable listener) {
        onChange.add(listener);
    }

    /// What is put up with.
    ///
    /// @return as given last
    public DefenceLimits limits() {
        return limits;
    }

    /// How fast the clients of each listener may publish.
    ///
    /// @return as the limits say that were given last
    public ListenerRates listenerRates() {
        return listenerRates;
    }

    /// Whom it keeps out.
    ///
    /// @return as given
    public Bans bans() {
        return bans;
    }

    /// Says that something of the machine runs out, or doesn't any more: then nobody new is let in.
    ///
    /// @param what short word, such as `memory`
    /// @param now whether it is scarce
    public void scarce(String what, boolean now) {
        if (now) {
            scarce.put(what, true);
        } else {
            scarce.remove(what);
        }
    }

    /// Asks for a new connection. One that is admitted has to be given back with [#gone].
    ///
    /// @param connection where it comes from
    /// @param nowMillis the time
    /// @return false to close it at once
    public boolean admits(ConnectionInfo connection, long nowMillis) {
        if (scarce.isEmpty()
                && !isBanned(connection, nowMillis)
                && admissions.admits(connection.listener(), Place.address(connection.remote()), nowMillis)) {
            return true;
        }
        notAdmitted.increment();
        return false;
    }

    /// Whether somebody is kept out who has said nothing yet. From this machine it may be the operator.
    private boolean isBanned(ConnectionInfo connection, long nowMillis) {
        return !Place.isHere(connection.remote()) && bans.of(connection.remote(), nowMillis) != null;
    }

    /// How many were not admitted.
    ///
    /// @return since the start
    public long notAdmitted() {
        return notAdmitted.sum();
    }

    /// Gives an admitted connection back.
    ///
    /// @param connection that has ended
    public void gone(ConnectionInfo connection) {
        admissions.gone(Place.address(connection.remote()));
    }

    private static void less(Map<String, Integer> counts, String name) {
        counts.computeIfPresent(name, (each, count) -> count == 1 ? null : count - 1);
    }

    /// Asks whether a client may try to log in.
    ///
    /// @param client who it says it is
    /// @param shown by what it wants to be let in; null for nothing
    /// @param nowMillis the time
    /// @return why not, or null
    public ReasonCode refusal(ClientInfo client, Shown shown, long nowMillis) {
        if (bans.of(client, nowMillis) != null) {
            return ReasonCode.BANNED;
        }
        synchronized (this) {
            String place = Place.of(client.connection());
            boolean early = shown != null
                    && limits.failuresBeforeDelay() > 0
                    && !(failedLogins.permits(place, shown, nowMillis)
                            && (!mayGuess(client, shown)
                                    || failedLogins.permits(place, Shown.guesses(client.userName()), nowMillis)));
            return early ? ReasonCode.CONNECTION_RATE_EXCEEDED : null;
        }
    }

    /// Whether somebody is banned by who he is.
    ///
    /// @param client known
    /// @param nowMillis the time
    /// @return at this moment
    public boolean isBanned(ClientInfo client, long nowMillis) {
        return bans.of(client, nowMillis) != null;
    }

    /// Whether what looks like a token may be meant as a user's password.
    private static boolean mayGuess(ClientInfo client, Shown shown) {
        return shown.isToken() && client.userName() != null;
    }

    private void ban(Ban.Kind kind, String value, String by, String reason, long nowMillis, long millis) {
        if (value.length() > AUTOMATIC_VALUE_CHARS_MAX) {
            return; // Not for a stranger to fill the list with; his address counts in any case.
        }
        Ban ban = new Ban(kind, value, by, reason, nowMillis, nowMillis + millis, true);
        if (bans.add(ban)) {
            events.on(new SecurityEvent.Banned(kind.word(), value, by, reason, ban.untilMillis()));
        }
    }

    /// Whether an address is not one behind which others are.
    private boolean mayBan(ConnectionInfo from) {
        return !(from.remote() instanceof InetSocketAddress socket)
                || limits.neverBan().stream().noneMatch(range -> range.contains(socket.getAddress()));
    }

    /// A login has failed for want of the right password, token or certificate.
    ///
    /// @param client who it said it was
    /// @param by by what it wanted to be let in; null for nothing, which is no attempt
    /// @param ofName whether that was judged as the password of its user name, and not as a token
    /// @param nowMillis the time
    public void failed(ClientInfo client, Shown by, boolean ofName, long nowMillis) {
        if (by == null) {
            return;
        }
        Shown shown = ofName && mayGuess(client, by) ? Shown.guesses(client.userName()) : by;
        String address = Place.address(client.connection().remote());
        String user = client.userName();
        boolean banAddress;
        boolean banUser;
        boolean banClient;
        synchronized (this) {
            failedLogins.failed(Place.of(client.connection()), shown, nowMillis);
            banAddress = address != null
                    && mayBan(client.connection())
                    && failedLogins.tooManyFrom(address, shown, nowMillis);
            banUser = user != null
                    && !shown.isToken()
                    && failedLogins.tooMany(Shown.of("user", user), limits.failuresPerUser(), nowMillis);
            banClient = failedLogins.tooMany(
                    Shown.of("client", client.clientId()), limits.failuresPerClient(), nowMillis);
        }
        String reason = "too many failed logins";
        if (banAddress) {
            ban(Ban.Kind.ADDRESS, address, "failed_logins", reason, nowMillis, limits.banMillis());
        }
        if (banUser) {
            ban(Ban.Kind.USER, user, "failed_logins", reason, nowMillis, limits.banMillis());
        }
        if (banClient) {
            ban(Ban.Kind.CLIENT, client.clientId(), "failed_logins", reason, nowMillis, limits.banMillis());
        }
    }

    /// Asks for a client that has been authenticated. One that is let in has to be given back with [#left].
    ///
    /// @param client who it is
    /// @param shown by what it was let in; null for nothing
    /// @param nowMillis the time
    /// @return why not, or null
    public ReasonCode entering(ClientInfo client, Shown shown, long nowMillis) {
        if (bans.of(client, nowMillis) != null) {
            return ReasonCode.BANNED; // It has turned out to be somebody else than it said.
        }
        Flapping.Outcome flaps;
        synchronized (this) {
            String place = Place.of(client.connection());
            failedLogins.succeeded(place, Place.address(client.connection().remote()), shown);
            if (shown != null && mayGuess(client, shown)) {
                failedLogins.forget(place, Shown.guesses(client.userName()));
            }
            flaps = flapping.connects(client.clientId(), client.userName(), nowMillis);
            if (flaps == Flapping.Outcome.WELCOME && connectionsPerUser > 0 && client.userName() != null) {
                Map<String, Integer> own = openByUser.getOrDefault(client.userName(), Map.of());
                if (own.size() >= connectionsPerUser && !own.containsKey(client.clientId())) {
                    return ReasonCode.QUOTA_EXCEEDED;
                }
                openByUser.computeIfAbsent(client.userName(), user -> new HashMap<>())
                        .merge(client.clientId(), 1, Integer::sum);
            }
        }
        if (flaps == Flapping.Outcome.TOO_OFTEN) {
            events.on(new SecurityEvent.Flapping(client));
        }
        return flaps == Flapping.Outcome.WELCOME ? null : ReasonCode.BANNED;
    }

    /// Gives a client back that was let in.
    ///
    /// @param client as given to [#entering]
    public synchronized void left(ClientInfo client) {
        if (connectionsPerUser > 0 && client.userName() != null) {
            openByUser.computeIfPresent(client.userName(), (user, own) -> {
                less(own, client.clientId());
                return own.isEmpty() ? null : own;
            });
        }
    }

    /// How many connections are open.
    ///
    /// @return as admitted and not given back
    public int open() {
        return admissions.open();
    }
}
