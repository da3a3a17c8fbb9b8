package io.tern.broker.defence;

import io.tern.api.AddressRange;
import io.tern.api.ClientInfo;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// All bans. Bounded: when there are too many the one that would end first gives way. For any thread; what is asked at
/// each CONNECT takes no lock.
public final class Bans {

    private static final int BANS_MAX = 10_000;

    /// Characters looked at for one regular expression: an expression that needs more is one that never ends.
    private static final int STEPS_MAX = 100_000;

    private record Ranged(Ban ban, AddressRange range) {}

    private record Expression(Ban ban, Pattern pattern) {}

    /// All bans, sorted for asking. Immutable.
    private record Sorted(
            Map<String, Ban> clients,
            Map<String, Ban> users,
            List<Ranged> addresses,
            List<Expression> clientRegexes,
            List<Expression> userRegexes) {

        static final Sorted NONE = new Sorted(Map.of(), Map.of(), List.of(), List.of(), List.of());

        static Sorted of(Iterable<Ban> bans) {
            Sorted sorted = new Sorted(
                    new HashMap<>(), new HashMap<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (Ban ban : bans) {
                switch (ban.kind()) {
                    case CLIENT -> sorted.clients.put(ban.value(), ban);
                    case USER -> sorted.users.put(ban.value(), ban);
                    case ADDRESS -> sorted.addresses.add(new Ranged(ban, AddressRange.of(ban.value())));
                    case CLIENT_REGEX ->
                        sorted.clientRegexes.add(new Expression(ban, Pattern.compile(ban.value())));
                    case USER_REGEX -> sorted.userRegexes.add(new Expression(ban, Pattern.compile(ban.value())));
                }
            }
            return sorted;
        }
    }

    private final Map<String, Ban> all = new LinkedHashMap<>();
    private volatile Sorted sorted = Sorted.NONE;
    private Runnable listener = () -> { };

    /// Begins with none.
    public Bans() {}

    /// Lets somebody know of each change.
    ///
    /// @param onChange called on the thread that makes the change; must not block
    public synchronized void onChange(Runnable onChange) {
        listener = onChange;
    }

    /// Adds one, or puts it in place of one for the same.
    ///
    /// @param ban what
    public synchronized void add(Ban ban) {
        String key = key(ban.kind(), ban.value());
        if (all.size() >= BANS_MAX && !all.containsKey(key)) {
            Ban first = all.values().stream().min(Comparator.comparingLong(Ban::untilMillis)).orElseThrow();
            all.remove(key(first.kind(), first.value()));
        }
        all.put(key, ban);
        changed();
    }

    /// Ends one.
    ///
    /// @param kind of it
    /// @param value of it
    /// @return false if there is none
    public synchronized boolean remove(Ban.Kind kind, String value) {
        boolean found = all.remove(key(kind, value)) != null;
        if (found) {
            changed();
        }
        return found;
    }

    private static String key(Ban.Kind kind, String value) {
        return kind + " " + value;
    }

    private void changed() {
        sorted = Sorted.of(all.values());
        listener.run();
    }

    /// All that are not over; the others are forgotten.
    ///
    /// @param nowMillis the time
    /// @return in the order they were made
    public synchronized List<Ban> list(long nowMillis) {
        if (all.values().removeIf(ban -> ban.isOver(nowMillis))) {
            sorted = Sorted.of(all.values());
        }
        return List.copyOf(all.values());
    }

    /// Finds the ban that keeps an address out.
    ///
    /// @param remote where somebody comes from
    /// @param nowMillis the time
    /// @return null if there is none
    public Ban of(SocketAddress remote, long nowMillis) {
        Sorted now = sorted;
        if (now.addresses.isEmpty() || !(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return null;
        }
        InetAddress address = socket.getAddress();
        for (Ranged each : now.addresses) {
            if (each.range.contains(address) && !each.ban.isOver(nowMillis)) {
                return each.ban;
            }
        }
        return null;
    }

    /// Finds the ban that keeps a client out.
    ///
    /// @param client who it says it is, and where it comes from
    /// @param nowMillis the time
    /// @return null if there is none
    public Ban of(ClientInfo client, long nowMillis) {
        Sorted now = sorted;
        if (now == Sorted.NONE) {
            return null;
        }
        Ban ban = now.clients.get(client.clientId());
        if (ban == null || ban.isOver(nowMillis)) {
            ban = client.userName() == null ? null : now.users.get(client.userName());
        }
        if (ban != null && !ban.isOver(nowMillis)) {
            return ban;
        }
        ban = matching(now.clientRegexes, client.clientId(), nowMillis);
        if (ban == null && client.userName() != null) {
            ban = matching(now.userRegexes, client.userName(), nowMillis);
        }
        return ban != null ? ban : of(client.connection().remote(), nowMillis);
    }

    private static Ban matching(List<Expression> expressions, String name, long nowMillis) {
        for (Expression each : expressions) {
            if (!each.ban.isOver(nowMillis) && matches(each.pattern, name)) {
                return each.ban;
            }
        }
        return null;
    }

    /// An expression that doesn't come to an end keeps out rather than in.
    private static boolean matches(Pattern pattern, String name) {
        try {
            return pattern.matcher(new Counted(name, new int[1])).matches();
        } catch (IllegalStateException endless) {
            return true;
        }
    }

    /// A text that can be looked at so often only.
    private record Counted(CharSequence text, int[] steps) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (++steps[0] > STEPS_MAX) {
                throw new IllegalStateException("an expression that doesn't come to an end");
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
