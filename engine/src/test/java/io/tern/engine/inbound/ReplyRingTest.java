package io.tern.engine.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.engine.RecordingOutlet;
import io.tern.engine.outbound.Outlet;
import io.tern.wire.Packet;
import io.tern.wire.PubAck;
import io.tern.wire.PubRec;
import io.tern.wire.ReasonCode;
import io.tern.wire.Spec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplyRingTest {

    private final RecordingOutlet outlet = new RecordingOutlet();
    private final ReplyRing ring = new ReplyRing(outlet);

    private static List<Integer> ids(List<Packet> packets) {
        return packets.stream()
                .map(packet -> packet instanceof PubAck ack ? ack.packetId() : ((PubRec) packet).packetId())
                .toList();
    }

    @Test
    @Spec({"MQTT-4.6.0-2", "MQTT-4.6.0-3"})
    void answers_leave_in_the_order_of_the_questions() {
        int first = ring.open(Outlet.PUBACK, 11);
        int second = ring.open(Outlet.PUBREC, 22);
        int third = ring.open(Outlet.PUBACK, 33);

        ring.settle(third, ReasonCode.SUCCESS);
        ring.settle(second, ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(outlet.take()).isEmpty();
        assertThat(ring.size()).isEqualTo(3);
        ring.settle(first, ReasonCode.SUCCESS);

        List<Packet> sent = outlet.take();
        assertThat(ids(sent)).containsExactly(11, 22, 33);
        assertThat(sent.get(0)).isInstanceOf(PubAck.class);
        assertThat(sent.get(1)).isInstanceOf(PubRec.class);
        assertThat(((PubRec) sent.get(1)).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        assertThat(ring.size()).isZero();
    }

    @Test
    void a_discarded_answer_does_not_leave_and_holds_up_nobody() {
        int first = ring.open(Outlet.PUBREC, 1);
        int second = ring.open(Outlet.PUBREC, 1);
        int third = ring.open(Outlet.PUBACK, 2);
        ring.discard(second);
        ring.settle(third, ReasonCode.SUCCESS);

        ring.discard(first);

        assertThat(ids(outlet.take())).containsExactly(2);
        assertThat(ring.size()).isZero();
    }

    @Test
    void every_reason_and_the_highest_identifier_come_out_as_they_went_in() {
        for (ReasonCode reason : ReasonCode.values()) {
            ring.settle(ring.open(Outlet.PUBACK, 65_535), reason);
            PubAck ack = (PubAck) outlet.only();
            assertThat(ack.reason()).isEqualTo(reason);
            assertThat(ack.packetId()).isEqualTo(65_535);
        }
    }

    @Test
    void pubacks_are_counted_until_they_leave() {
        int first = ring.open(Outlet.PUBREC, 1);
        int second = ring.open(Outlet.PUBACK, 2);
        assertThat(ring.pubacks()).isEqualTo(1);
        ring.settle(second, ReasonCode.SUCCESS);
        assertThat(ring.pubacks()).as("it waits behind another").isEqualTo(1);
        ring.settle(first, ReasonCode.SUCCESS);
        assertThat(ring.pubacks()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Integer.MAX_VALUE - 100, -100, Integer.MIN_VALUE})
    void in_whatever_order_they_are_settled_they_leave_in_order_also_when_the_count_wraps_around(int start) {
        for (int seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            ReplyRing wrapping = new ReplyRing(outlet, start);
            List<int[]> open = new ArrayList<>();
            ArrayDeque<Integer> expected = new ArrayDeque<>();
            List<Integer> got = new ArrayList<>();
            List<Integer> all = new ArrayList<>();
            for (int step = 0; step < 1000; step++) {
                boolean opens = random.nextInt(100) < (step % 200 < 100 ? 65 : 35);
                if (opens && step < 900) {
                    int packetId = 1 + step;
                    open.add(new int[] {wrapping.open(Outlet.PUBACK, packetId), packetId});
                    expected.add(packetId);
                } else if (!open.isEmpty()) {
                    int[] settled = open.remove(random.nextInt(open.size()));
                    if (random.nextInt(5) == 0) {
                        wrapping.discard(settled[0]);
                        expected.remove(settled[1]);
                    } else {
                        wrapping.settle(settled[0], ReasonCode.SUCCESS);
                    }
                }
                got.addAll(ids(outlet.take()));
            }
            while (!open.isEmpty()) {
                wrapping.settle(open.removeFirst()[0], ReasonCode.SUCCESS);
            }
            got.addAll(ids(outlet.take()));
            all.addAll(expected);
            assertThat(got).as("seed " + seed).isEqualTo(all);
            assertThat(wrapping.size()).isZero();
        }
    }
}
