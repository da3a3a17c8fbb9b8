package io.tern.broker.connect;

import io.tern.api.Owner;
import io.tern.api.SecurityEvent;
import io.tern.broker.access.AccessControl;
import io.tern.broker.access.Admission;
import io.tern.broker.link.Link;
import io.tern.broker.link.Links;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.quota.Quotas;
import io.tern.broker.safety.Safety;
import io.tern.broker.share.Memberships;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import io.tern.broker.watch.ClientLog;
import io.tern.engine.Channel;
import io.tern.engine.Connecting;
import io.tern.engine.Session;
import io.tern.engine.SessionHost;
import io.tern.wire.ConnAck;
import io.tern.wire.ReasonCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// The sessions of one shard, and the way of a client that was let in to its own: to find the client's home, move there
/// if it is another shard, take over from an older connection, open. On the shard's thread.
///
/// CONNECTs are stamped when they are decoded. One whose authentication ends after a later one for that client has
/// succeeded is refused, so a dead socket that was slow never evicts a live one.
public final class Sessions {

    /// Moves that one CONNECT may need: more than one only if sessions of that client end and begin all the time.
    private static final int HOPS_MAX = 16;

    private final ShardThread thread;
    private final int number;
    private final Links links;
    private final Safety safety;
    private final ShardMemory memory;
    private final SessionHost host;
    private final Directory directory;
    private final Quotas quotas;
    private final Admission admission;
    private final AccessControl access;
    private final ClientLog log;
    private final SecurityEvent.Sink events;
    private final Departures departures;
    private final Memberships memberships;
    private final IntFunction<Sessions> peers;
    private final Slices slices;
    private final Map<String, Session> sessions = new HashMap<>();
    /// Epochs of sessions that have ended, by their clients, while that may still be forgotten.
    private final Map<String, Long> ending = new HashMap<>();
    /// Who waits until their session's will is with those who get it.
    private final Map<Session, List<ConnectAttempt>> behindWills = new HashMap<>();

    /// @param thread the shard's
    /// @param links of the shard
    /// @param safety says when a session that has ended can't come back
    /// @param memory says when so little is left that nobody new is let in
    /// @param host what sessions ask of the shard
    /// @param directory says which client's session lives where
    /// @param quotas count the sessions of each owner
    /// @param admission says who is banned
    /// @param access looks at the subscriptions of who comes back
    /// @param log told who comes, and who is refused
    /// @param events takes who was let in
    /// @param departures ends sessions
    /// @param memberships in shared groups, told whose session has a connection again
    /// @param peers the sessions of each shard, by its number
    public Sessions(
            ShardThread thread,
            Links links,
            Safety safety,
            ShardMemory memory,
            SessionHost host,
            Directory directory,
            Quotas quotas,
            Admission admission,
            AccessControl access,
            ClientLog log,
            SecurityEvent.Sink events,
            Departures departures,
            Memberships memberships,
            IntFunction<Sessions> peers) {
        this.thread = thread;
        this.number = thread.number();
        this.links = links;
        this.safety = safety;
        this.memory = memory;
        this.host = host;
        this.directory = directory;
        this.quotas = quotas;
        this.admission = admission;
        this.access = access;
        this.log = log;
        this.events = events;
        this.departures = departures;
        this.memberships = memberships;
        this.peers = peers;
        this.slices = new Slices(thread);
    }

    /// Opens the session if this is its home, or moves there.
    void settle(ConnectAttempt attempt) {
        if (attempt.link.channel().isClosed()) {
            return; // Nothing must be claimed for it any more.
        }
        String clientId = attempt.client.clientId();
        Directory.Home home = directory.claim(clientId, number);
        if (home.shard() == number) {
            open(attempt);
        } else if (++attempt.hops > HOPS_MAX) {
            attempt.refuse(log, ReasonCode.SERVER_BUSY, "its session moved on too often");
        } else {
            move(attempt, peers.apply(home.shard()));
        }
    }

    private void move(ConnectAttempt attempt, Sessions target) {
        links.remove(attempt.link);
        attempt.link.connection().move(target.thread.loop(), () -> target.arrived(attempt));
    }

    /// A connection has come over from another shard. On this shard's thread.
    private void arrived(ConnectAttempt attempt) {
        thread.enter();
        Link link = attempt.link;
        links.arrived(link);
        if (links.isStopping()) {
            thread.guarded(link.channel(), link.channel()::shutDown);
        } else if (link.connection().isHeard()) {
            thread.guarded(link.channel(), () -> settle(attempt));
        }
    }

    private void open(ConnectAttempt attempt) {
        if (admission.isBanned(attempt.client)) {
            attempt.deny(log, ReasonCode.BANNED, "banned meanwhile");
            return;
        }
        String clientId = attempt.client.clientId();
        Session session = sessions.get(clientId);
        boolean known = session != null;
        departures.takeUp(session); // Its client may be back before that was its turn.
        if (session != null && session.connectStamp() > attempt.stamp) {
            // 0x8E would say it best, but is no reason code of CONNACK [MQTT-3.2.2-8].
            attempt.refuse(log, ReasonCode.SERVER_BUSY, "a later CONNECT of this client identifier was faster");
            return;
        }
        if (session != null && session.connection() != null) {
            session.connection().takenOver();
        }
        session = sessions.get(clientId); // It may have ended with its connection.
        if (session != null && (attempt.connect.cleanStart() || AccessControl.isOthers(session, attempt.client))) {
            departures.end(session); // [MQTT-3.1.2-4]
        }
        if (session != null && !session.ended() && departures.owesWill(session)) {
            // What is written of this connection would take the place of the will that may still be lost.
            behindWills.computeIfAbsent(session, key -> new ArrayList<>()).add(attempt);
            return;
        }
        Long ended = ending.get(clientId);
        Directory.Home home = ended != null && !sessions.containsKey(clientId)
                ? directory.renew(clientId, ended, number)
                : directory.claim(clientId, number);
        if (home.shard() != number) {
            settle(attempt); // Another shard was faster while the old session ended.
            return;
        }
        session = sessions.get(clientId);
        boolean present = session != null;
        boolean outlives = Connecting.sessionExpirySeconds(attempt.connect, host.limits()) > 0;
        boolean diskFull = outlives && safety.isDiskFull();
        if (!known && (diskFull || memory.isScarce())) {
            attempt.refuse(log, ReasonCode.QUOTA_EXCEEDED, "no room left for a new session");
            leave(clientId, home.epoch(), false);
            return;
        }
        if (!present) {
            session = new Session(host, number, clientId, home.epoch());
            if (!quotas.begin(session, Owner.ofClient(attempt.client))) {
                session.end();
                attempt.refuse(log, ReasonCode.QUOTA_EXCEEDED, "more sessions than its user or address may have");
                leave(clientId, home.epoch(), false);
                return;
            }
            sessions.put(clientId, session);
        }
        open(attempt, session, present);
    }

    private void open(ConnectAttempt attempt, Session session, boolean present) {
        Link link = attempt.link;
        Channel channel = link.channel();
        departures.back(session);
        thread.steps().add((int) Math.min(session.outbox().waiting(), Steps.SHARE_MIN)); // What it gets now.
        link.letGoPacket(); // From now on its will is the session's.
        ConnAck connAck = channel.open(
                attempt.client, session, attempt.connect, present, attempt.stamp, attempt.authenticationData);
        if (present) {
            access.back(session);
            if (channel.isClosed()) {
                return;
            }
        }
        // Nobody is told that a session is gone that may come back.
        if (session.durable() || ending.containsKey(session.clientId())) {
            safety.whenSafe(() -> thread.guarded(link.channel(), () -> welcome(link, connAck)));
        } else {
            welcome(link, connAck);
        }
        events.on(new SecurityEvent.LoginAccepted(attempt.client));
        memberships.attached(session);
    }

    private void welcome(Link link, ConnAck connAck) {
        link.channel().welcome(connAck);
        log.connected(link.channel());
        link.retime();
        link.revive();
    }

    /// All that live here.
    ///
    /// @return a new array
    public Session[] all() {
        return sessions.values().toArray(Session[]::new);
    }

    /// A process before this one has left a session here.
    ///
    /// @param session whose client has no other
    public void recover(Session session) {
        sessions.put(session.clientId(), session);
    }

    /// A session has ended: its client has none now.
    ///
    /// @param session which
    public void ended(Session session) {
        sessions.remove(session.clientId(), session);
        leave(session.clientId(), session.epoch(), session.durable() && safety.keeps());
    }

    /// A client's home is empty.
    ///
    /// @param recorded whether the end of what lived there is under way to the disk
    private void leave(String clientId, long epoch, boolean recorded) {
        if (!recorded && !ending.containsKey(clientId)) {
            directory.release(clientId, epoch);
            return;
        }
        // Its client's next session begins here until the end of this one is safe.
        ending.put(clientId, epoch);
        safety.whenSafe(() -> {
            ending.remove(clientId, epoch);
            directory.release(clientId, epoch);
        });
    }

    /// A session's will is safe with those who get it.
    ///
    /// @param session whose
    public void willSent(Session session) {
        List<ConnectAttempt> waiting = behindWills.remove(session);
        if (waiting != null) {
            slices.each(
                    waiting.toArray(ConnectAttempt[]::new),
                    attempt -> thread.guarded(attempt.link.channel(), () -> settle(attempt)));
        }
    }

    /// A client's session.
    ///
    /// @param clientId whose
    /// @return null if it has none here
    public Session of(String clientId) {
        return sessions.get(clientId);
    }

    /// How many there are.
    ///
    /// @return at this moment
    public int size() {
        return sessions.size();
    }
}
