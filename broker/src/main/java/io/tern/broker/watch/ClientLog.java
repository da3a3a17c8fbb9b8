package io.tern.broker.watch;

import io.tern.api.Access;
import io.tern.api.ClientInfo;
import io.tern.api.ConnectionInfo;
import io.tern.api.SecurityEvent;
import io.tern.api.Visible;
import io.tern.engine.Channel;
import io.tern.engine.rules.Irregularity;
import io.tern.engine.rules.Refusal;
import io.tern.wire.Connect;
import io.tern.wire.ReasonCode;
import io.tern.wire.TopicName;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one shard's clients were refused, for the log and the figures: each is counted, and said once a minute for each
/// client and kind. Who connects and who leaves is said at debug.
///
/// Bounded: [#CLIENTS_MAX] clients are remembered, of names cut to [#NAME_CHARS_MAX] characters, and no more than
/// [#LINES_PER_MINUTE] lines are written in a minute; then how many there were besides.
public final class ClientLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.tern.clients");

    static final int LINES_PER_MINUTE = 200;
    static final int CLIENTS_MAX = 1024;
    private static final int NAME_CHARS_MAX = 64;
    private static final long MINUTE_MILLIS = 60_000;

    /// What is said of a client.
    private enum Kind {
        REFUSED,
        REJECTED,
        DENIED,
        WILL,
        CLOSED
    }

    private record Whose(String clientId, Kind kind) {}

    /// When it was said last, and how often it happened since.
    private static final class Said {
        long atMillis;
        long since;
    }

    private final Counters counters;
    private final LongSupplier nowMillis;
    private final SecurityEvent.Sink events;
    private final Consumer<String> lines;
    private final EnumSet<Irregularity> irregularities = EnumSet.noneOf(Irregularity.class);
    private final Map<Whose, Said> said = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Whose, Said> eldest) {
            return size() > CLIENTS_MAX;
        }
    };
    private long minuteSinceMillis;
    private int written;
    private long unsaid;

    /// @param counters of the shard
    /// @param nowMillis the time of its turn
    /// @param events takes each refusal
    public ClientLog(Counters counters, LongSupplier nowMillis, SecurityEvent.Sink events) {
        this(counters, nowMillis, events, LOG::info);
    }

    /// @param lines takes what is said, but for debugging
    ClientLog(Counters counters, LongSupplier nowMillis, SecurityEvent.Sink events, Consumer<String> lines) {
        this.counters = counters;
        this.events = events;
        this.nowMillis = nowMillis;
        this.lines = lines;
    }

    /// A client has broken a rule, and was allowed to.
    ///
    /// @param channel whose
    /// @param irregularity which rule
    public void irregular(Channel channel, Irregularity irregularity) {
        counters.count(Counters.Event.IRREGULARITIES);
        if (irregularities.add(irregularity)) {
            LOG.warn("{} breaks a rule that its listener doesn't enforce: {} (said once, counted always)",
                    where(channel.connection()), irregularity);
        }
    }

    /// A CONNECT is refused for what stands in it.
    ///
    /// @param channel whose; it is closed by who calls this
    /// @param connect the packet
    /// @param refusal why
    public void refused(Channel channel, Connect connect, Refusal refusal) {
        refused(new ClientInfo(connect.clientId(), connect.userName(), connect.version(), channel.connection()),
                refusal.reason(), refusal.words());
    }

    /// A client was not let in.
    ///
    /// @param client who it says it is
    /// @param reason what it is told
    /// @param why for the operator, or null
    public void refused(ClientInfo client, ReasonCode reason, String why) {
        events.on(new SecurityEvent.LoginRefused(client, reason, why == null ? reason.toString() : why));
        counters.countRefusal(reason);
        Said last = due(client.clientId(), Kind.REFUSED);
        if (last != null) {
            lines.accept("refused to let in client " + name(client.clientId()) + " of user " + name(client.userName())
                    + " (" + where(client.connection()) + "): " + because(reason, why) + besides(last));
        }
    }

    /// A message was not taken from its publisher.
    ///
    /// @param channel whose
    /// @param topic of the message
    /// @param refusal why
    public void rejected(Channel channel, TopicName topic, Refusal refusal) {
        counters.count(Counters.Event.REJECTED);
        Said last = due(channel.client().clientId(), Kind.REJECTED);
        if (last != null) {
            lines.accept("refused a message of " + who(channel.client()) + " to " + name(topic.value()) + ": "
                    + because(refusal.reason(), refusal.words()) + besides(last));
        }
    }

    /// A client was denied something by the rules.
    public void denied(Channel channel, Access access) {
        counters.count(Counters.Event.DENIED);
        Said last = due(channel.client().clientId(), Kind.DENIED);
        if (last != null) {
            lines.accept("denied " + who(channel.client()) + " to "
                    + access.action().name().toLowerCase(Locale.ROOT) + " " + name(access.topic()) + besides(last));
        }
    }

    /// A will was not sent, since its client may not publish there.
    public void willDenied(ClientInfo client, Access access) {
        counters.count(Counters.Event.DENIED);
        Said last = due(client.clientId(), Kind.WILL);
        if (last != null) {
            lines.accept("denied the will, or delayed message, of " + who(client) + " to " + name(access.topic())
                    + besides(last));
        }
    }

    /// A connection is about to be closed by this side.
    ///
    /// @param channel which
    /// @param reason what the client is told, if its version has words for it
    /// @param words more of it, or null
    public void closing(Channel channel, ReasonCode reason, String words) {
        boolean ordinary = reason == ReasonCode.SESSION_TAKEN_OVER || reason == ReasonCode.SERVER_SHUTTING_DOWN;
        if (ordinary) {
            LOG.debug("closes the connection of {}: {}", who(channel), reason);
            return;
        }
        String clientId = channel.client() == null ? "" : channel.client().clientId();
        Said last = due(clientId, Kind.CLOSED);
        if (last != null) {
            lines.accept("closes the connection of " + who(channel) + ": " + because(reason, words) + besides(last));
        }
    }

    /// A client has been let in, unless it has left meanwhile.
    public void connected(Channel channel) {
        if (LOG.isDebugEnabled() && channel.isOpen()) {
            ClientInfo client = channel.client();
            LOG.debug("client {} of user {} ({}) has connected with MQTT {}",
                    name(client.clientId()), name(client.userName()), where(client.connection()), client.version());
        }
    }

    /// A connection has ended.
    public void disconnected(Channel channel) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{} has disconnected", who(channel));
        }
    }

    /// @return null if nothing is to be said now
    private Said due(String clientId, Kind kind) {
        long now = nowMillis.getAsLong();
        Whose whose = new Whose(cut(clientId), kind);
        Said last = said.get(whose);
        if (last != null && now - last.atMillis < MINUTE_MILLIS) {
            last.since++;
            return null;
        }
        if (now - minuteSinceMillis >= MINUTE_MILLIS) {
            if (unsaid > 0) {
                lines.accept(unsaid + " more of such lines in the minute before");
            }
            minuteSinceMillis = now;
            written = 0;
            unsaid = 0;
        }
        if (written == LINES_PER_MINUTE) {
            unsaid++;
            return null;
        }
        written++;
        if (last == null) {
            last = new Said();
            said.put(whose, last);
        }
        last.atMillis = now;
        return last;
    }

    private static String besides(Said last) {
        long times = last.since;
        last.since = 0;
        return times == 0 ? "" : " (and " + times + " times since that was said last)";
    }

    private static String because(ReasonCode reason, String words) {
        return words == null ? reason.toString() : reason + ", " + Visible.of(words);
    }

    private static String who(Channel channel) {
        ClientInfo client = channel.client();
        return client == null ? "somebody (" + where(channel.connection()) + ")" : who(client);
    }

    private static String who(ClientInfo client) {
        return "client " + name(client.clientId()) + " (" + where(client.connection()) + ")";
    }

    private static String where(ConnectionInfo connection) {
        String address = connection.remote() instanceof InetSocketAddress remote
                ? remote.getHostString() + ":" + remote.getPort()
                : connection.remote() == null ? "where is not known" : connection.remote().toString();
        return "from " + address + " at listener " + connection.listener();
    }

    private static String name(String text) {
        return text == null ? "(none)" : Visible.quoted(cut(text));
    }

    private static String cut(String text) {
        return text.length() <= NAME_CHARS_MAX ? text : text.substring(0, NAME_CHARS_MAX) + "...";
    }
}
