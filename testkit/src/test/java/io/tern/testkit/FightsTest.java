package io.tern.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Authenticator;
import io.tern.api.ClientInfo;
import io.tern.api.Verdict;
import io.tern.wire.Disconnect;
import io.tern.wire.MqttVersion;
import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.PubAck;
import io.tern.wire.Publish;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import io.tern.wire.SubAck;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections that fight for one client identifier over real sockets, on three shards, while a doorkeeper takes its
/// time with some: one will for each that has to leave one, no message lost, and the last to ask is the owner.
///
/// Two thousand fights in each test; ten thousand with `-Dtern.full=true`.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FightsTest {

    private static final int FIGHTS = Boolean.getBoolean("tern.full") ? 10_000 : 2000;
    private static final int FIGHTERS = 8;
    private static final int NEVER_SECONDS = 500;
    private static final int UNREAD_MESSAGES = 200;
    private static final String SLOW = "slow";

    /// Those who call themselves slow wait, until a thread lets them in by lot or the test says so.
    private static final class Doorkeeper implements Authenticator {
        final LinkedBlockingQueue<Consumer<Verdict>> waiting = new LinkedBlockingQueue<>();

        @Override
        public void authenticate(ClientInfo client, byte[] password, Consumer<Verdict> answer) {
            if (SLOW.equals(client.userName())) {
                waiting.add(answer);
            } else {
                answer.accept(Verdict.ANYBODY);
            }
        }

        /// Lets in whoever waits, until interrupted.
        Void letInByLot(Random random) {
            try {
                while (true) {
                    List<Consumer<Verdict>> some = new ArrayList<>(List.of(waiting.take()));
                    waiting.drainTo(some);
                    Collections.shuffle(some, random);
                    some.forEach(each -> each.accept(Verdict.ANYBODY));
                }
            } catch (InterruptedException e) {
                return null;
            }
        }
    }

    private final Doorkeeper doorkeeper = new Doorkeeper();
    private final TestBroker broker =
            TestBroker.builder().shards(3).authenticator(doorkeeper).start();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger numbers = new AtomicInteger();
    private final AtomicInteger thrownOutEarly = new AtomicInteger();
    private final Queue<Contender> letIn = new ConcurrentLinkedQueue<>();
    private final Set<Integer> news = new ConcurrentSkipListSet<>();
    private final Semaphore unread = new Semaphore(UNREAD_MESSAGES);
    private final Set<Integer> acknowledged = new ConcurrentSkipListSet<>();
    private RawClient observer;

    @BeforeEach
    void observe() {
        observer = broker.connect();
        observer.connect(MqttVersion.V5, "observer");
        subscribe(observer, Contender.WILLS);
        subscribe(observer, Contender.CLAIMS);
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        observer.close();
        assertThat(broker.bugs()).isZero();
        broker.close();
    }

    private static void subscribe(RawClient client, String filter) {
        client.send(new Subscribe(
                1, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(filter), 1, false, false, 0))));
        client.expect(SubAck.class);
    }

    private Contender enter(MqttVersion version, boolean cleanStart, int willDelaySeconds, String user) {
        int number = numbers.incrementAndGet();
        Contender contender = new Contender(
                broker.connect(),
                number,
                Contender.connect(version, number, cleanStart, willDelaySeconds, user));
        if (contender.letIn()) {
            letIn.add(contender);
        } else {
            String words =
                    contender.connAck == null ? null : contender.connAck.properties().string(Property.REASON_STRING);
            if ("this client identifier has connected again".equals(words)) {
                thrownOutEarly.incrementAndGet();
            }
            assertThat(contender.refusal()).isIn(null, ReasonCode.SERVER_BUSY, ReasonCode.SERVER_UNAVAILABLE);
        }
        return contender;
    }

    /// Takes what comes until another one is the owner.
    private void reign(Contender contender) {
        if (contender.letIn()) {
            contender.claim();
            Packet packet = contender.next();
            while (packet != null) {
                if (packet instanceof Publish publish) {
                    read(publish);
                } else if (packet instanceof PubAck) {
                    acknowledged.add(contender.number);
                }
                packet = contender.next();
            }
        }
        contender.close();
    }

    private void read(Publish publish) {
        if (news.add(Contender.number(publish))) {
            unread.release();
        }
    }

    /// All fight at once, and none leaves before it has to.
    private Contender fight(Callable<Contender> enter) throws Exception {
        threads.submit(() -> doorkeeper.letInByLot(new Random(1)));
        AtomicInteger fights = new AtomicInteger(FIGHTS);
        BlockingQueue<Optional<Throwable>> entered = new LinkedBlockingQueue<>();
        List<Future<?>> fighters = new ArrayList<>();
        for (int i = 0; i < FIGHTERS; i++) {
            fighters.add(threads.submit(() -> {
                try {
                    while (fights.getAndDecrement() > 0) {
                        Contender contender = enter.call();
                        entered.add(Optional.empty());
                        reign(contender);
                    }
                    return null;
                } catch (Throwable e) {
                    entered.add(Optional.of(e));
                    throw e;
                }
            }));
        }
        for (int i = 0; i < FIGHTS; i++) {
            assertThat(entered.take()).isEmpty();
        }
        Contender last = enter(MqttVersion.V5, false, 0, null);
        assertThat(last.letIn()).isTrue();
        for (Future<?> fighter : fighters) {
            fighter.get();
        }
        return last;
    }

    private static String sometimesSlow(int lot) {
        return lot % 4 == 0 ? SLOW : null;
    }

    @ParameterizedTest
    @EnumSource
    @Spec({"MQTT-3.1.4-3", "3.1.1:MQTT-3.1.4-2", "MQTT-3.1.2-8", "3.1.1:MQTT-3.1.2-8"})
    void each_connection_that_is_thrown_out_leaves_one_will_and_no_message_is_lost(MqttVersion version)
            throws Exception {
        try (Contender first = enter(version, false, 0, null)) {
            subscribe(first.client, Contender.NEWS);
            Future<Integer> published = threads.submit(this::publishNews);
            AtomicInteger lots = new AtomicInteger();
            threads.submit(() -> reign(first));
            Contender last = fight(() -> enter(version, false, 0, sometimesSlow(lots.incrementAndGet())));
            publishing = false;
            int newsPublished = published.get();

            while (news.size() < newsPublished) {
                read((Publish) last.next());
            }
            last.client.send(new Disconnect(ReasonCode.SUCCESS, Properties.NONE));
            while (last.next() != null) {
                assertThat(last.letIn()).as("nothing but messages sent before").isTrue();
            }
            letIn.remove(last);
        }
        expectWillsOf(letIn.stream().map(each -> each.number).toList());
        assertThat(letIn.size()).isGreaterThan(FIGHTS / 10);
        assertThat(acknowledged).isNotEmpty();
    }

    private volatile boolean publishing = true;

    /// One after the other, each acknowledged.
    ///
    /// @return how many
    private int publishNews() throws InterruptedException {
        try (RawClient publisher = broker.connect()) {
            publisher.connect(MqttVersion.V3_1_1, "publisher");
            int number = 0;
            while (publishing) {
                if (!unread.tryAcquire(10, TimeUnit.MILLISECONDS)) {
                    continue; // Not more than fit into the queue, whatever that is set to.
                }
                publisher.send(Contender.message(Contender.NEWS, ++number, 1)).expect(PubAck.class);
            }
            return number;
        }
    }

    @Test
    @Spec({"MQTT-3.1.2-10", "MQTT-3.1.3-9", "MQTT-3.1.4-4"})
    void each_session_that_ends_leaves_one_will_however_often_it_was_taken_over() throws Exception {
        AtomicInteger lots = new AtomicInteger();
        Contender last = fight(() -> {
            int lot = lots.incrementAndGet();
            return enter(MqttVersion.V5, lot % 3 == 0, NEVER_SECONDS, sometimesSlow(lot));
        });
        last.client.send(new Disconnect(
                ReasonCode.DISCONNECT_WITH_WILL,
                Properties.builder().with(Property.SESSION_EXPIRY_INTERVAL, 0).build()));
        last.client.expectClosed();

        List<Integer> wills = new ArrayList<>();
        while (!wills.contains(last.number)) {
            take(observer.expect(Publish.class), wills, new TreeSet<>());
        }
        takeTheRest(wills);
        assertThat(wills).doesNotHaveDuplicates();
        assertThat(letIn.stream().map(each -> each.number)).containsAll(wills);
        // One that was thrown out before its CONNACK may have begun a session without being told, and may have ended
        // one with nobody's will.
        int begun = (int) letIn.stream().filter(each -> !each.connAck.sessionPresent()).count();
        assertThat(wills.size()).isBetween(begun - thrownOutEarly.get(), begun + thrownOutEarly.get());
        assertThat(begun).isBetween(FIGHTS / 20, letIn.size() - 1);
    }

    @Test
    @Spec("MQTT-3.1.4-3")
    void whoever_asked_earlier_and_is_let_in_later_throws_nobody_out() throws Exception {
        Random random = new Random(2);
        int earlier = 3;
        Contender before = null;
        for (int round = 0; round < FIGHTS / (earlier + 1); round++) {
            List<Future<Contender>> slow = new ArrayList<>();
            for (int i = 0; i < earlier; i++) {
                MqttVersion version = MqttVersion.values()[i % 3];
                slow.add(threads.submit(() -> enter(version, false, 0, SLOW)));
            }
            List<Consumer<Verdict>> waiting = new ArrayList<>();
            for (int i = 0; i < earlier; i++) {
                waiting.add(doorkeeper.waiting.take());
            }
            Contender owner = enter(MqttVersion.V5, false, 0, null);
            if (before != null) {
                reign(before);
            }
            Collections.shuffle(waiting, random);
            waiting.forEach(each -> each.accept(Verdict.ANYBODY));
            for (Future<Contender> each : slow) {
                try (Contender refused = each.get()) {
                    assertThat(refused.letIn()).isFalse();
                    assertThat(refused.next()).isNull();
                }
            }
            owner.client.expectNothing();
            before = owner;
        }
        before.close();
        expectWillsOf(letIn.stream().map(each -> each.number).toList());
    }

    /// Each of them once, and with them every claim that was acknowledged.
    private void expectWillsOf(Collection<Integer> expected) {
        assertThat(wills(expected.size())).containsExactlyInAnyOrderElementsOf(expected);
    }

    private List<Integer> wills(int expected) {
        List<Integer> wills = new ArrayList<>();
        Set<Integer> unseen = new TreeSet<>(acknowledged);
        while (wills.size() < expected || !unseen.isEmpty()) {
            take(observer.expect(Publish.class), wills, unseen);
        }
        takeTheRest(wills);
        return wills;
    }

    private void takeTheRest(List<Integer> wills) {
        // Whatever was under way is there before the answer to something that was sent now.
        int end = 0;
        observer.send(Contender.message(Contender.CLAIMS, end, 1));
        boolean answered = false;
        while (!answered) {
            switch (observer.receive()) {
                case Publish publish when Contender.number(publish) == end -> answered = true;
                case Publish publish -> take(publish, wills, new TreeSet<>());
                default -> { }
            }
        }
    }

    private void take(Publish publish, List<Integer> wills, Set<Integer> unseen) {
        observer.send(new PubAck(publish.packetId()));
        if (publish.topic().value().equals(Contender.WILLS)) {
            wills.add(Contender.number(publish));
        } else {
            unseen.remove(Contender.number(publish));
        }
    }
}
