package io.tern.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.wire.Packet;
import io.tern.wire.Properties;
import io.tern.wire.PubComp;
import io.tern.wire.PubRec;
import io.tern.wire.PubRel;
import io.tern.wire.Publish;
import io.tern.wire.Subscribe;
import io.tern.wire.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Members that come and go at random, on random shards, in the midst of everything, and subscribe and unsubscribe: at
/// QoS 1 every message is acknowledged by somebody at last, at QoS 2 exactly one session completes it. The first member
/// never unsubscribes, so that the group lives.
class SharedGroupChurnTest {

    private static final int SEEDS = Integer.getInteger("tern.churn.seeds", 150);
    private static final int STEPS = 150;
    private static final int MEMBERS = 4;
    private static final String GROUP = "$share/g/a";

    /// One member, and what its client remembers from connection to connection.
    private static final class Member {
        final String id;
        PlainClient client;
        final Map<Integer, String> received = new HashMap<>();
        final ArrayList<Packet> unanswered = new ArrayList<>();

        Member(String id) {
            this.id = id;
        }
    }

    static java.util.stream.LongStream seeds() {
        return java.util.stream.LongStream.range(0, SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothing_is_lost_and_nothing_of_qos_2_comes_twice(long seed) {
        Random random = new Random(seed);
        House house = new House(3);
        PlainClient publisher = house.connect(0, Hello.v5("p"));
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            Member member = new Member("m" + i);
            member.client = house.connect(random.nextInt(3), Hello.durable(member.id)).subscribed(GROUP, 2);
            members.add(member);
        }
        Set<String> done = new HashSet<>();
        List<String> completed = new ArrayList<>();
        Set<String> sent = new HashSet<>();
        int packetId = 0;
        for (int step = 0; step < STEPS; step++) {
            Member member = members.get(random.nextInt(MEMBERS));
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> {
                    int qos = 1 + random.nextInt(2);
                    String payload = "q" + qos + "-" + step;
                    publisher.publish("a", payload, qos, ++packetId);
                    if (qos == 2) {
                        publisher.pubrel(packetId);
                    }
                    sent.add(payload);
                }
                case 3 -> {
                    if (member.client != null) {
                        member.client.connection.lose();
                        member.client = null;
                        member.unanswered.clear();
                    }
                }
                case 4 -> {
                    if (member.client == null) {
                        member.client = house.connect(random.nextInt(3), Hello.durable(member.id));
                    }
                }
                case 5 -> house.run();
                case 10 -> {
                    if (member.client != null && member != members.getFirst()) {
                        member.client.unsubscribe(GROUP);
                    }
                }
                case 11 -> {
                    if (member.client != null) {
                        member.client.send(new Subscribe(
                                5, Properties.NONE, List.of(new Subscribe.Item(TopicFilter.of(GROUP), 2))));
                    }
                }
                case 6, 7 -> {
                    if (member.client != null) {
                        member.unanswered.addAll(member.client.arrivedWithoutRunning());
                        answerSome(member, random, done, completed);
                    }
                }
                default -> {
                    SteppedLoop loop = house.loop(random.nextInt(3));
                    loop.tasks();
                    loop.turn();
                }
            }
        }
        for (Member member : members) {
            if (member.client == null) {
                member.client = house.connect(random.nextInt(3), Hello.durable(member.id));
            }
        }
        for (int quiet = 0; quiet < 3; quiet++) {
            for (Member member : members) {
                List<Packet> fresh;
                do {
                    house.run();
                    fresh = member.client.arrivedWithoutRunning();
                    member.unanswered.addAll(fresh);
                    while (!member.unanswered.isEmpty()) {
                        quiet = 0;
                        answerSome(member, random, done, completed);
                    }
                } while (!fresh.isEmpty());
            }
        }

        assertThat(done).as("seed " + seed).containsExactlyInAnyOrderElementsOf(sent);
        assertThat(completed).as("seed " + seed).doesNotHaveDuplicates();
        house.close();
    }

    /// Answers the oldest few, as a client does that remembers what it has received at QoS 2.
    private static void answerSome(Member member, Random random, Set<String> done, List<String> completed) {
        for (int i = random.nextInt(4); i > 0 && !member.unanswered.isEmpty(); i--) {
            switch (member.unanswered.removeFirst()) {
                case Publish p when p.qos() == 1 -> {
                    done.add(PlainClient.text(p));
                    member.client.puback(p.packetId());
                }
                case Publish p -> {
                    if (member.received.putIfAbsent(p.packetId(), PlainClient.text(p)) == null) {
                        completed.add(PlainClient.text(p));
                        done.add(PlainClient.text(p));
                    }
                    member.client.pubrec(p.packetId());
                }
                case PubRel release -> {
                    member.received.remove(release.packetId());
                    member.client.pubcomp(release.packetId());
                }
                case PubRec ignored -> throw new AssertionError();
                case PubComp ignored -> throw new AssertionError();
                default -> {
                    // The answers to SUBSCRIBE and UNSUBSCRIBE need no answer.
                }
            }
        }
    }
}
