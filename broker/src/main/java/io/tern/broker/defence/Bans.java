package io.tern.broker.defence;

import io.tern.api.AddressRange;
import io.tern.api.ClientInfo;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
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

    /// The bans of networks of one size, by their first bits, so that it doesn't matter how many they are.
    private record Networks(int addressBytes, int bits, Map<ByteBuffer, Ban> bans) {

        void put(AddressRange range, Ban ban) {
            bans.merge(begin(range.prefix()), ban, (one, other) ->
                    one.untilMillis() > other.untilMillis() ? one : other);
        }

        Ban of(byte[] address) {
            return address.length == addressBytes ? bans.get(begin(address)) : null;
        }

        /// What the addresses of a network have in common, the rest being zeros.
        private ByteBuffer begin(byte[] address) {
            byte[] begin = new byte[addressBytes];
            int whole = bits / 8;
            System.arraycopy(address, 0, begin, 0, whole);
            if (bits % 8 > 0) {
                begin[whole] = (byte) (address[whole] & 0xFF00 >> bits % 8);
            }
            return ByteBuffer.wrap(begin);
        }
    }

    private record Expression(Ban ban, Pattern pattern) {}

    /// All bans, sorted for asking. Immutable.
    private record Sorted(
            Map<String, Ban> clients,
            Map<String, Ban> users,
            List<Networks> networks,
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
                    case ADDRESS -> sorted.add(ban, AddressRange.of(ban.value()));
                    case CLIENT_REGEX ->
                        sorted.clientRegexes.add(new Expression(ban, Pattern.compile(ban.value())));
                    case USER_REGEX -> sorted.userRegexes.add(new Expression(ban, Pattern.compile(ban.value())));
                }
            }
            return sorted;
        }

        private void add(Ban ban, AddressRange range) {
            int bytes = range.prefix().length;
            for (Networks each : networks) {
                if (each.addressBytes == bytes && each.bits == range.bits()) {
                    each.put(range, ban);
                    return;
                }
            }
            networks.add(new Networks(bytes, range.bits(), new HashMap<>()));
            networks.getLast().put(range, ban);
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
        put(ban);
        changed();
    }

    /// Adds many, each as [#add(Ban)] does, but sorts them once.
    ///
    /// @param bans what
    public synchronized void addAll(Iterable<Ban> bans) {
        bans.forEach(this::put);
        changed();
    }

    private void put(Ban ban) {
        String key = key(ban.kind(), ban.value());
        if (all.size() >= BANS_MAX && !all.containsKey(key)) {
            Ban first = all.values().stream().min(Comparator.comparingLong(Ban::untilMillis)).orElseThrow();
            all.remove(key(first.kind(), first.value()));
        }
        all.put(key, ban);
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
        if (now.networks.isEmpty() || !(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return null;
        }
        byte[] address = socket.getAddress().getAddress();
        for (Networks each : now.networks) {
            Ban ban = each.of(address);
            if (ban != null && !ban.isOver(nowMillis)) {
                return ban;
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
