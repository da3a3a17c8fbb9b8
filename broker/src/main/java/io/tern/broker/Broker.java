package io.tern.broker;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Clock;
import io.tern.api.Connection;
import io.tern.api.ConnectionHandler;
import io.tern.api.ConnectionInfo;
import io.tern.api.Door;
import io.tern.api.EnhancedAuthenticator;
import io.tern.api.Figure;
import io.tern.api.Loop;
import io.tern.api.Message;
import io.tern.api.Options;
import io.tern.api.Store;
import io.tern.broker.access.Security;
import io.tern.broker.connect.Directory;
import io.tern.broker.connect.Reception;
import io.tern.broker.index.Index;
import io.tern.broker.later.DelayedRequests;
import io.tern.broker.later.DelayedTally;
import io.tern.broker.memory.SharedMemory;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.options.Measures;
import io.tern.broker.quota.Quotas;
import io.tern.broker.retain.RetainedMessages;
import io.tern.broker.retain.SystemTopics;
import io.tern.broker.route.CrowdedFilters;
import io.tern.broker.route.HandoverLanes;
import io.tern.broker.route.Router;
import io.tern.broker.route.TopicRules;
import io.tern.broker.share.GroupDirectory;
import io.tern.broker.share.SharedGroups;
import io.tern.broker.turn.NoteLanes;
import io.tern.broker.watch.Counters;
import io.tern.broker.watch.QueueReport;
import io.tern.broker.watch.QueueWatch;
import io.tern.engine.queue.DropReason;
import io.tern.engine.rules.Limits;
import io.tern.engine.rules.ListenerRules;
import io.tern.wire.ReasonCode;
import io.tern.wire.Utf8;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// A broker: one shard on each loop it is given, and what the shards share.
///
/// It has no sockets and no threads of its own: a transport brings connections through [#accept], on loops that
/// somebody else runs. The simulator gives it loops that it steps itself.
public final class Broker implements Door {

    private final Limits limits;
    private final Options options;
    private final Measures measures;
    private final CrowdedFilters crowded = new CrowdedFilters();
    private final Clock clock;
    private final Store store;
    private final Security security;
    private final Map<String, ListenerRules> rules;
    private final String responseInformation;
    private final Reception reception;
    private final Index index = new Index();
    private final SharedMemory memory;
    private final Quotas quotas;
    private final RetainedMessages retained;
    private final SystemTopics systemTopics = new SystemTopics();
    private final TopicRules topicRules;
    private final Directory directory;
    private final AtomicLong transactions;
    private final GroupDirectory groups = new GroupDirectory();
    private final SharedGroups.Server groupServer;
    private final DelayedTally delayed;
    private final HandoverLanes lanes;
    private final Router.Server routerServer;
    private final List<Loop> loops;
    private final List<Shard> shards = new ArrayList<>();

    /// A broker without enhanced authentication, with the same rules for all listeners.
    ///
    /// @param options values of [BrokerOptions]
    /// @param loops one for each shard, 1 to 60, that nothing is bound to yet
    /// @param clock the time
    /// @param store where durable state goes
    /// @param authenticator who may connect
    /// @param clientIds makes client identifiers for those who send none; each one new
    public Broker(
            Options options,
            List<Loop> loops,
            Clock clock,
            Store store,
            Authenticator authenticator,
            Supplier<String> clientIds) {
        this(options, loops, clock, store, authenticator, EnhancedAuthenticator.none(), Map.of(), clientIds);
    }

    /// A broker without rules of who may do what.
    ///
    /// @param options values of [BrokerOptions]
    /// @param loops one for each shard, 1 to 60, that nothing is bound to yet
    /// @param clock the time
    /// @param store where durable state goes
    /// @param authenticator who may connect
    /// @param enhanced who may connect with AUTH packets
    /// @param rules what the clients of each listener may do, by its name; [ListenerRules#STANDARD] where there is none
    /// @param clientIds makes client identifiers for those who send none; each one new
    public Broker(
            Options options,
            List<Loop> loops,
            Clock clock,
            Store store,
            Authenticator authenticator,
            EnhancedAuthenticator enhanced,
            Map<String, ListenerRules> rules,
            Supplier<String> clientIds) {
        this(options, loops, clock, store, Security.of(authenticator, enhanced), rules, clientIds);
    }

    /// A broker of the standard measures.
    ///
    /// @param options values of [BrokerOptions]
    /// @param loops one for each shard, 1 to 60, that nothing is bound to yet
    /// @param clock the time
    /// @param store where durable state goes
    /// @param security who may connect, and do what
    /// @param rules what the clients of each listener may do, by its name; [ListenerRules#STANDARD] where there is none
    /// @param clientIds makes client identifiers for those who send none; each one new
    public Broker(
            Options options,
            List<Loop> loops,
            Clock clock,
            Store store,
            Security security,
            Map<String, ListenerRules> rules,
            Supplier<String> clientIds) {
        this(options, loops, clock, store, security, rules, clientIds, Measures.STANDARD);
    }

    /// Makes the shards and binds them to their loops; connections may come from then on.
    ///
    /// @param options values of [BrokerOptions]
    /// @param loops one for each shard, 1 to 60, that nothing is bound to yet
    /// @param clock the time
    /// @param store where durable state goes
    /// @param security who may connect, and do what
    /// @param rules what the clients of each listener may do, by its name; [ListenerRules#STANDARD] where there is none
    /// @param clientIds makes client identifiers for those who send none; each one new
    /// @param measures how much is done at once
    public Broker(
            Options options,
            List<Loop> loops,
            Clock clock,
            Store store,
            Security security,
            Map<String, ListenerRules> rules,
            Supplier<String> clientIds,
            Measures measures) {
        this.options = options;
        this.measures = measures;
        this.limits = BrokerOptions.limits(options, measures);
        this.memory = new SharedMemory(BrokerOptions.memoryBytes(options), loops.size());
        this.quotas = new Quotas(options, memory.limitBytes(), options.get(BrokerOptions.RETAINED_BYTES),
                store::keptPart, loops.size(), clock::nowMillis, memory::add);
        this.retained = new RetainedMessages(options, memory, quotas, store, loops.size());
        this.topicRules = new TopicRules(options);
        this.clock = clock;
        this.store = store;
        this.directory = new Directory(store.firstId());
        this.transactions = new AtomicLong(store.firstId());
        this.security = security;
        this.rules = Map.copyOf(rules);
        this.responseInformation = options.get(BrokerOptions.RESPONSE_INFORMATION);
        String elsewhere = options.get(BrokerOptions.SERVER_REFERENCE);
        this.reception = new Reception(
                security,
                clock,
                clientIds,
                elsewhere.isEmpty() ? null : elsewhere,
                options.get(BrokerOptions.SERVER_MOVED));
        this.loops = List.copyOf(loops);
        this.delayed = new DelayedTally(options, quotas, memory::add);
        NoteLanes notes = new NoteLanes(loops.size());
        this.groupServer =
                new SharedGroups.Server(index, quotas, transactions::incrementAndGet, directory::newEpoch);
        this.lanes = new HandoverLanes(loops.size(), BrokerOptions.memoryBytes(options));
        this.routerServer =
                new Router.Server(index, topicRules, crowded, transactions::incrementAndGet, lanes);
        for (int i = 0; i < loops.size(); i++) {
            shards.add(new Shard(i, this.loops, this, notes));
        }
        Recovery recovery = new Recovery(this, shards.size());
        store.recover(recovery);
        recovery.finish();
        for (int i = 0; i < loops.size(); i++) {
            loops.get(i).bind(shards.get(i));
        }
    }

    /// Takes a new connection, on its loop's thread.
    @Override
    public ConnectionHandler accept(Connection connection) {
        return accept(connection, false);
    }

    private ConnectionHandler accept(Connection connection, boolean admitted) {
        return shards.get(loops.indexOf(connection.loop())).accept(connection, admitted);
    }

    /// Judges a socket by where it comes from. From any thread.
    @Override
    public Door admit(ConnectionInfo from) {
        return security.defence().admits(from, clock.nowMillis()) ? new Admitted(from) : null;
    }

    /// Counted already, and to be given back.
    private final class Admitted implements Door {
        private final ConnectionInfo from;

        Admitted(ConnectionInfo from) {
            this.from = from;
        }

        @Override
        public ConnectionHandler accept(Connection connection) {
            return Broker.this.accept(connection, true);
        }

        @Override
        public void missed() {
            security.defence().gone(from);
        }
    }

    /// Tells every client that the server stops and closes its connection [MQTT 5.0, 3.14.2.1: 0x8B]. From any thread
    /// but the loops'. Returns when all are closed or the time is up.
    ///
    /// @param patienceMillis how long to wait
    /// @return false if connections were left
    /// @throws InterruptedException while waiting
    public boolean stop(long patienceMillis) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(shards.size());
        for (Shard shard : shards) {
            shard.loop().execute(() -> shard.stop(left::countDown));
        }
        return left.await(patienceMillis, TimeUnit.MILLISECONDS);
    }

    /// Closes the connections of some clients. From any thread; returns at once.
    ///
    /// @param who which clients, asked on the shards' threads
    /// @param reason what those of MQTT 5.0 are told
    public void disconnect(Predicate<ClientInfo> who, ReasonCode reason) {
        for (Shard shard : shards) {
            shard.thread().later(() -> shard.links().disconnect(who, reason));
        }
    }

    /// Sends a message of the server itself, as if by a client without a name. From any thread; it goes out by the
    /// first shard, whose bounds it keeps: when these are reached it waits there. What is retained below `$SYS/` is so
    /// in memory alone.
    ///
    /// @param message what
    public void publish(Message message) {
        shards.getFirst().loop().execute(() -> shards.getFirst().dueMessages().publish(message));
    }

    /// Tells figures below `$SYS/`, those of them that have changed; none if others still wait to be told. From any
    /// thread; never waits.
    ///
    /// @param figures to be retained, all of them each time
    public void tell(List<Message> figures) {
        shards.getFirst().loop().execute(() -> shards.getFirst().dueMessages().tell(figures));
    }

    /// What can be read of it and of its store while it runs.
    ///
    /// @return for any thread
    public List<Figure> figures() {
        List<Figure> all = new ArrayList<>(BrokerFigures.of(this, shards.stream().map(Shard::counters).toList()));
        all.addAll(store.figures());
        return List.copyOf(all);
    }

    /// How often something happened, all shards together.
    ///
    /// @param event what
    /// @return since the start; a moment old
    public long count(Counters.Event event) {
        return shards.stream().mapToLong(shard -> shard.counters().of(event)).sum();
    }

    /// How many deliveries were dropped, all shards together.
    ///
    /// @param reason for this reason
    /// @return since the start; a moment old
    public long count(DropReason reason) {
        return shards.stream().mapToLong(shard -> shard.counters().of(reason)).sum();
    }

    /// How full the queues are. From any thread, once a second at most: it has the shards look for the next time.
    ///
    /// @return a moment old
    public QueueReport queues() {
        QueueWatch.High high = QueueWatch.High.NONE;
        QueueWatch last = shards.getFirst().queues;
        long dropped = 0;
        for (Shard shard : shards) {
            QueueWatch each = shard.queues;
            if (!each.isIdle()) {
                shard.loop().execute(each::look);
            }
            high = high.and(each.high());
            dropped += each.acknowledged();
            last = each.lastMillis() > last.lastMillis() ? each : last;
        }
        return new QueueReport(
                dropped,
                last.lastReason().name().toLowerCase(Locale.ROOT),
                last.lastOwner(),
                high.queues(),
                high.fullest(),
                high.fullness(),
                memory.heldPart(),
                store.diskPart(),
                quotas.refused(),
                quotas.lastRefused());
    }

    /// How many sessions there are, with or without a connection.
    ///
    /// @return a moment old
    public int sessions() {
        return directory.size();
    }

    /// How many subscriptions there are, a shared group counting as one.
    ///
    /// @return a moment old
    public long subscriptions() {
        return index.subscriptions();
    }

    /// How many topics have a retained message.
    ///
    /// @return a moment old
    public int retainedMessages() {
        return retained.size();
    }

    /// How many retained messages are on disk only.
    ///
    /// @return a moment old
    public long retainedStubs() {
        return retained.stubs();
    }

    /// What the retained messages take that are in memory: see [BrokerOptions#RETAINED_MEMORY_BYTES].
    ///
    /// @return bytes, a moment old
    public long retainedMemoryBytes() {
        return retained.bodyBytes();
    }

    /// What all clients together make the server hold: see [BrokerOptions#MEMORY_BYTES].
    ///
    /// @return bytes, a moment old
    public long heldBytes() {
        return memory.heldBytes();
    }

    Limits limits() {
        return limits;
    }

    Measures measures() {
        return measures;
    }

    Clock clock() {
        return clock;
    }

    Store store() {
        return store;
    }

    Security security() {
        return security;
    }

    ListenerRules rules(String listener) {
        return rules.getOrDefault(listener, ListenerRules.STANDARD);
    }

    String responseInformation(ClientInfo client) {
        if (responseInformation.isEmpty()) {
            return null;
        }
        String filled = responseInformation.replace("${clientid}", client.clientId());
        return filled.getBytes(StandardCharsets.UTF_8).length <= Utf8.MAX_BYTES ? filled : null;
    }

    String durability() {
        return store.durability().name().toLowerCase(Locale.ROOT);
    }

    Options options() {
        return options;
    }

    Index index() {
        return index;
    }

    /// Where receivers have fallen behind whose publishers are to be slowed.
    CrowdedFilters crowdedFilters() {
        return crowded;
    }

    SharedMemory memory() {
        return memory;
    }

    Quotas quotas() {
        return quotas;
    }

    SystemTopics systemTopics() {
        return systemTopics;
    }

    TopicRules topicRules() {
        return topicRules;
    }

    RetainedMessages retained() {
        return retained;
    }

    /// What the shards share to let clients in.
    Reception reception() {
        return reception;
    }

    Directory directory() {
        return directory;
    }

    GroupDirectory groups() {
        return groups;
    }

    SharedGroups.Server groupServer() {
        return groupServer;
    }

    /// What an operator may know of messages that wait for their time, and do with them.
    ///
    /// @return for any thread
    public DelayedRequests delayedRequests() {
        return new DelayedRequests(delayed, clock, number -> shards.get(number).delayed);
    }

    /// How many messages wait for their time.
    DelayedTally delayed() {
        return delayed;
    }

    HandoverLanes lanes() {
        return lanes;
    }

    Router.Server routerServer() {
        return routerServer;
    }

    Shard shard(int number) {
        return shards.get(number);
    }
}
