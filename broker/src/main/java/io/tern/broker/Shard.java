package io.tern.broker;

import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.Durability;
import io.tern.api.Journal;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Turn;
import io.tern.broker.access.AccessControl;
import io.tern.broker.access.Admission;
import io.tern.broker.access.Subjects;
import io.tern.broker.connect.Departures;
import io.tern.broker.connect.DueMessages;
import io.tern.broker.connect.Logins;
import io.tern.broker.connect.Sessions;
import io.tern.broker.later.DelayedMessages;
import io.tern.broker.link.Link;
import io.tern.broker.link.Links;
import io.tern.broker.memory.ShardMemory;
import io.tern.broker.memory.WaitingQueues;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.point.PointSubscriptions;
import io.tern.broker.retain.RetainedChanges;
import io.tern.broker.retain.RetainedDelivery;
import io.tern.broker.route.CrowdedReceivers;
import io.tern.broker.route.Fanout;
import io.tern.broker.route.HandoversIn;
import io.tern.broker.route.Router;
import io.tern.broker.safety.Safety;
import io.tern.broker.share.Memberships;
import io.tern.broker.share.SharedGroups;
import io.tern.broker.subscribe.ShardSubscriptions;
import io.tern.broker.subscribe.Subscribing;
import io.tern.broker.subscribe.SubscriptionRules;
import io.tern.broker.time.Steps;
import io.tern.broker.turn.NoteLanes;
import io.tern.broker.turn.Post;
import io.tern.broker.turn.ShardThread;
import io.tern.broker.turn.Slices;
import io.tern.broker.watch.Bugs;
import io.tern.broker.watch.ClientLog;
import io.tern.broker.watch.Counters;
import io.tern.broker.watch.QueueWatch;
import io.tern.engine.Channel;
import io.tern.engine.DeliveryRules;
import io.tern.engine.Session;
import io.tern.engine.SessionHost;
import io.tern.engine.Subscription;
import io.tern.engine.outbound.PublishFrames;
import io.tern.engine.queue.DropReason;
import io.tern.engine.queue.QueueHolder;
import io.tern.engine.rules.Limits;
import io.tern.wire.TopicName;
import java.util.List;

/// One thread and everything it owns: links, sessions, timers, and its ends of the lanes.
///
/// Between turns its loop reads sockets and brings the bytes to the links; what that leads to is done at once where it
/// can be, and otherwise in the next [#turn], which also takes what other shards have sent, runs timers, commits the
/// journal and flushes each written connection once. A turn is bounded: whatever is left is done in the next.
final class Shard implements Turn, SessionHost {

    /// A shard whose hand-overs found a lane full looks again after this.
    private static final int STALLED_MILLIS = 1;

    private final ShardThread thread;
    private final Post post;
    private final Broker broker;
    private final PublishFrames frames = new PublishFrames();
    private final Counters counters = new Counters();
    private final Router router;
    private final Fanout fanout;
    private final AccessControl access;
    private final Admission admission;
    private final Logins logins;
    private final Sessions sessions;
    private final Departures departures;
    private final DueMessages dueMessages;
    private final Subscribing subscribing;
    final Memberships memberships;
    final ShardSubscriptions subscriptions;
    final PointSubscriptions points;
    final DelayedMessages delayed;
    private final RetainedDelivery retained;
    private final RetainedChanges retainedChanges;
    final SharedGroups groups;
    private final HandoversIn handoversIn;
    private final Safety safety;
    final Steps steps;
    final QueueWatch queues;
    private final Links links;
    private final Slices slices;
    private final ShardMemory memory;
    private final WaitingQueues waitingQueues = new WaitingQueues();
    private final ClientLog clientLog;
    private long commitMillis;
    private final Runnable commit = () -> commitMillis = journal().commit(nowMillis());
    private Runnable whenEmpty;

    Shard(int number, List<Loop> loops, Broker broker, NoteLanes notes) {
        this.broker = broker;
        this.thread = new ShardThread(number, loops.get(number), broker.clock(), new Bugs(counters));
        this.steps = thread.steps();
        this.post = new Post(thread, notes, loops);
        this.queues = new QueueWatch(counters, thread::nowMillis, post::touchAll);
        this.clientLog = new ClientLog(counters, thread::nowMillis, broker.security().events());
        this.slices = new Slices(thread);
        this.memory = new ShardMemory(broker.memory(), counters);
        this.safety = new Safety(
                thread,
                post,
                broker.store(),
                broker.measures().stagedBytes(),
                broker.topicRules()::handle,
                position -> broker.retained().safe(number, position),
                other -> broker.shard(other).safety);
        this.links = new Links(
                thread,
                memory,
                safety,
                counters,
                clientLog,
                broker.security().events(),
                broker.security().defence(),
                broker.limits().packetBytes(),
                link -> new LinkHost(this, link),
                this::closed,
                this::tellWhenEmpty);
        this.groups = new SharedGroups(thread, post, safety, this, queues, waitingQueues, broker.groupServer());
        this.memberships = new Memberships(groups, broker.groups(), slices);
        this.subscriptions = new ShardSubscriptions(safety.journal(), memory, broker.index(), memberships);
        this.admission = new Admission(thread, broker.security().defence());
        this.access = new AccessControl(
                thread,
                broker.security(),
                counters,
                clientLog,
                queues,
                broker.index().matcher(),
                new SubjectsHere(),
                loops.size(),
                broker.measures().sliceSubscriptions(),
                broker::publish);
        this.retainedChanges =
                new RetainedChanges(thread, broker.retained(), broker.systemTopics(), safety, counters);
        this.retained = new RetainedDelivery(thread, broker.retained(), broker.systemTopics(), retainedChanges,
                broker.store(), memory, counters, broker.topicRules()::handle);
        SubscriptionRules rules =
                new SubscriptionRules(broker.options(), broker.limits(), memory, broker.store(), memberships);
        this.subscribing = new Subscribing(thread, safety, slices, access, subscriptions, rules, retained);
        CrowdedReceivers crowded =
                new CrowdedReceivers(thread, post, counters, broker.crowdedFilters(), broker.options());
        this.fanout = new Fanout(thread, post, safety, queues, access, crowded,
                broker.measures().sliceSubscribers(), broker.options().get(BrokerOptions.ONE_COPY_EACH));
        this.router =
                new Router(thread, post, safety, counters, memory, fanout, retainedChanges, broker.routerServer());
        this.handoversIn = new HandoversIn(thread, safety, fanout, broker.lanes());
        this.points = new PointSubscriptions(broker.limits().pointToPoint(), thread, post, broker.index(), memory,
                broker.directory()::shardOf,
                clientId -> broker.shard(number).sessions.of(clientId), other -> broker.shard(other).points);
        this.delayed = new DelayedMessages(thread, safety, memory, counters, access.wills(), router, points,
                broker.delayed(), broker.directory()::newEpoch);
        this.dueMessages = new DueMessages(
                thread,
                links,
                safety,
                memory,
                counters,
                access.wills(),
                router,
                points,
                delayed,
                broker.systemTopics()::says,
                this::willSent,
                this::tellWhenEmpty);
        this.departures = new Departures(
                thread, links, safety, counters, memberships, subscriptions, dueMessages, this::ended);
        this.sessions = new Sessions(
                thread,
                links,
                safety,
                memory,
                this,
                broker.directory(),
                broker.quotas(),
                admission,
                access,
                clientLog,
                broker.security().events(),
                departures,
                memberships,
                other -> broker.shard(other).sessions);
        this.logins = new Logins(thread, broker.reception(), limits(), admission, access, clientLog, sessions);
    }

    /// Takes a new connection. On this shard's thread.
    ConnectionHandler accept(Connection connection, boolean admitted) {
        enter();
        if (!admission.admits(connection.info(), admitted, links.isStopping())) {
            return null;
        }
        return links.open(connection);
    }

    private void closed(Link link) {
        logins.left(link);
        access.left(link);
        admission.left(link);
    }

    /// What lives here, as access control sees it.
    private final class SubjectsHere implements Subjects {

        @Override
        public Session[] sessions() {
            return sessions.all();
        }

        @Override
        public boolean isMemberFor(Session session, TopicName topic) {
            return memberships.isMemberFor(session, topic);
        }

        @Override
        public void withdraw(Session session, Subscription subscription) {
            subscriptions.withdraw(session, subscription);
        }
    }

    /// Has to be called first by whatever comes from outside of a turn.
    void enter() {
        thread.enter();
    }

    @Override
    public long turn(long now) {
        thread.turns(now);
        departures.takeUp();
        boolean more = post.take();
        guarded(() -> thread.timers().run(nowMillis()));
        guarded(fanout::turn);
        more |= handoversIn.turn();
        logins.turn();
        guarded(departures::turn);
        guarded(dueMessages::turn);
        guarded(delayed::turn);
        links.goOn();
        retained.turn();
        groups.turn();
        more |= memory.isTight() && waitingQueues.trim();
        boolean stalled = router.pump();
        Journal journal = safety.journal();
        long staged = journal.position();
        commitMillis = Long.MAX_VALUE;
        guarded(commit);
        safety.handedOver();
        more |= retainedChanges.turn();
        links.flush();
        if (links.makeRoom()) {
            post.touchOthers();
        }
        post.wake();
        frames.forget();
        memory.settle();
        thread.turned();
        // A commit that was answered at once has let replies go, and these may have begun something new.
        if (more || journal.position() != staged || busy()) {
            return nowMillis();
        }
        long again = stalled ? nowMillis() + STALLED_MILLIS : Long.MAX_VALUE;
        return Math.min(again, Math.min(thread.timers().deadlineMillis(), commitMillis));
    }

    private boolean busy() {
        return !fanout.idle() || handoversIn.waiting() || groups.waiting() || logins.waiting()
                || departures.waiting() || dueMessages.waiting() || delayed.waiting() || retained.waiting()
                || links.waiting();
    }

    void guarded(Runnable step) {
        thread.guarded(step);
    }

    @Override
    public void whenDurable(Session session, Runnable action) {
        safety.whenDurable(() -> thread.guarded(session, action));
    }

    @Override
    public void whenSafe(Runnable action) {
        safety.whenSafe(Durability.SYNC, action);
    }

    /// Runs an action when everything staged so far is as safe as that; in the order asked for with the same
    /// durability.
    void whenSafe(Durability durability, Runnable action) {
        safety.whenSafe(durability, action);
    }

    @Override
    public boolean keeps() {
        return safety.keeps();
    }

    @Override
    public void hold(Session session, long sequence, Durability durability, long transaction) {
        safety.hold(() -> thread.guarded(session, () -> session.release(sequence)), durability, transaction);
    }

    @Override
    public boolean isDurable(long position) {
        return safety.isDurable(position);
    }

    @Override
    public void read(Session session, long from, long end, int maxBytes, boolean durable) {
        safety.read(session.epoch(), from, end, maxBytes, durable,
                read -> thread.guarded(session, () -> session.read(read)));
    }

    ShardThread thread() {
        return thread;
    }

    Post post() {
        return post;
    }

    Safety safety() {
        return safety;
    }

    Broker broker() {
        return broker;
    }

    /// Ends all connections, since the server stops.
    /// @param newWhenEmpty called once, when the last one is gone and the wills that had to be sent are safe
    void stop(Runnable newWhenEmpty) {
        enter();
        whenEmpty = newWhenEmpty;
        links.shutDown();
        tellWhenEmpty();
    }

    void tellWhenEmpty() {
        Runnable told = whenEmpty;
        if (links.isEmpty() && dueMessages.willsAreSent() && told != null) {
            whenEmpty = null;
            whenSafe(told);
        }
    }

    @Override
    public void roomy(Session session) {
        retained.roomy(session);
        memberships.roomy(session);
    }

    @Override
    public void dropped(Session session, Message message, DropReason reason) {
        queues.dropped(session, reason);
    }

    @Override
    public void overwhelmed(Session session) {
        departures.overwhelmed(session);
    }

    @Override
    public void droppedUnread(Session session, long messages, DropReason reason) {
        queues.droppedUnread(session, reason, messages);
    }

    @Override
    public boolean filling(Session session) {
        return queues.filling(session);
    }

    @Override
    public void waiting(QueueHolder one) {
        waitingQueues.add(one);
    }

    /// The session has ended.
    private void ended(Session session) {
        points.ended(session);
        waitsNoMore(session);
        retained.ended(session);
        broker.quotas().end(session);
        sessions.ended(session);
    }

    private void willSent(Session session) {
        sessions.willSent(session);
    }

    /// Nothing waits for it any more.
    void waitsNoMore(QueueHolder one) {
        waitingQueues.remove(one);
    }

    ClientLog clientLog() {
        return clientLog;
    }

    @Override
    public long nowMillis() {
        return thread.nowMillis();
    }

    @Override
    public Limits limits() {
        return broker.limits();
    }

    @Override
    public int priorities() {
        return broker.topicRules().priorities();
    }

    @Override
    public PublishFrames frames() {
        return frames;
    }

    @Override
    public Journal journal() {
        return safety.journal();
    }

    @Override
    public ShardMemory memory() {
        return memory;
    }

    AccessControl access() {
        return access;
    }

    @Override
    public DeliveryRules deliveryRules() {
        return access;
    }

    @Override
    public void later(Session session, Runnable action) {
        thread.later(session, action);
    }

    Subscribing subscribing() {
        return subscribing;
    }

    Links links() {
        return links;
    }

    int number() {
        return thread.number();
    }

    Loop loop() {
        return thread.loop();
    }

    Counters counters() {
        return counters;
    }

    Router router() {
        return router;
    }

    Logins logins() {
        return logins;
    }

    Sessions sessions() {
        return sessions;
    }

    DueMessages dueMessages() {
        return dueMessages;
    }

    Departures departures() {
        return departures;
    }
}
