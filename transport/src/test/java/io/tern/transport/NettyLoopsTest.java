package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tern.api.Clock;
import io.tern.api.Loop;
import io.tern.api.Turn;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NettyLoopsTest {

    private final BlockingQueue<Long> turns = new LinkedBlockingQueue<>();

    @ParameterizedTest
    @EnumSource
    void loops_are_threads_of_their_own_named_in_order(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(3, kind, Clock.system())) {
            assertThat(loops.kind()).isEqualTo(kind);
            assertThat(loops.loops()).hasSize(3);
            for (int i = 0; i < 3; i++) {
                Loop loop = loops.loops().get(i);
                assertThat(loop.inLoop()).isFalse();
                assertThat(Peer.on(loop, loop::inLoop)).isTrue();
                assertThat(Peer.on(loop, () -> Thread.currentThread().getName())).isEqualTo("tern-shard-" + i);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void binding_gives_a_first_turn_and_waking_another(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            loop.bind(now -> {
                assertThat(loop.inLoop()).isTrue();
                turns.add(now);
                return Turn.IDLE;
            });
            assertThat(turn()).isPositive();
            loop.wake();
            turn();
            Peer.on(loop, () -> {
                loop.wake();
                return null;
            });
            turn();
            assertThat(turns).isEmpty();
            assertThatThrownBy(() -> loop.bind(now -> Turn.IDLE)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void many_wakes_before_a_turn_count_as_one(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            loop.bind(this::idle);
            turn();
            CountDownLatch woken = new CountDownLatch(1);
            CountDownLatch busy = new CountDownLatch(1);
            loop.execute(() -> {
                busy.countDown();
                await(woken);
                loop.wake();
            });
            await(busy);
            for (int i = 0; i < 1_000; i++) {
                loop.wake();
            }
            woken.countDown();
            turn();
            settle(loop);
            assertThat(turns).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_wake_is_lost_however_it_meets_the_loop(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            AtomicLong asked = new AtomicLong(); // Plain writes would do; a test shouldn't rest on that.
            AtomicLong seen = new AtomicLong();
            loop.bind(now -> {
                seen.set(asked.get());
                return Turn.IDLE;
            });
            for (long i = 1; i <= 20_000; i++) {
                asked.set(i);
                loop.wake();
                long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
                while (seen.get() < i) {
                    Thread.onSpinWait();
                    assertThat(System.nanoTime()).as("wake " + i).isLessThan(deadlineNanos);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_turn_that_left_work_goes_on_and_lets_others_in(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            AtomicInteger count = new AtomicInteger();
            loop.bind(now -> {
                count.incrementAndGet();
                return now;
            });
            int before = Peer.on(loop, count::get);
            int after = before;
            while (after < before + 10) {
                after = Peer.on(loop, count::get);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void waking_within_a_turn_gives_another(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            AtomicInteger left = new AtomicInteger(3);
            loop.bind(now -> {
                turns.add(now);
                if (left.decrementAndGet() > 0) {
                    loop.wake();
                }
                return Turn.IDLE;
            });
            turn();
            turn();
            turn();
            settle(loop);
            assertThat(turns).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_turn_comes_when_its_deadline_does(IoKind kind) throws Exception {
        try (NettyLoops loops = NettyLoops.start(1, kind, Clock.system())) {
            Loop loop = loops.loops().getFirst();
            AtomicLong deadline = new AtomicLong();
            loop.bind(now -> {
                turns.add(now - deadline.get());
                deadline.set(now + 30);
                return deadline.get();
            });
            turn();
            for (int i = 0; i < 5; i++) {
                assertThat(turn()).isNotNegative();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_later_turn_replaces_the_deadline(IoKind kind) throws Exception {
        ManualClock clock = new ManualClock();
        try (NettyLoops loops = NettyLoops.start(1, kind, clock)) {
            Loop loop = loops.loops().getFirst();
            AtomicLong answer = new AtomicLong(clock.nowMillis() + 100);
            loop.bind(now -> {
                turns.add(now);
                return answer.get();
            });
            turn();
            settle(loop);
            assertThat(turns).isEmpty();
            answer.set(Turn.IDLE);
            clock.advance(100);
            settle(loop);
            assertThat(turn()).isEqualTo(clock.nowMillis());
            clock.advance(100);
            settle(loop);
            assertThat(turns).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_turn_that_throws_is_done_again_at_once_and_after_a_hundred_after_a_pause(IoKind kind) throws Exception {
        ManualClock clock = new ManualClock();
        try (NettyLoops loops = NettyLoops.start(1, kind, clock)) {
            Loop loop = loops.loops().getFirst();
            loop.bind(now -> {
                turns.add(now);
                throw new StackOverflowError("on purpose");
            });
            for (int i = 0; i < 101; i++) {
                turn();
            }
            settle(loop);
            assertThat(turns).isEmpty();
            clock.advance(2);
            settle(loop);
            turn();
        }
    }

    @ParameterizedTest
    @EnumSource
    void after_the_end_nothing_runs_and_nothing_throws(IoKind kind) {
        NettyLoops loops = NettyLoops.start(2, kind, Clock.system());
        Loop loop = loops.loops().getFirst();
        loop.bind(this::idle);
        loops.close();
        turns.clear();
        loop.execute(() -> turns.add(0L));
        loop.wake();
        assertThat(turns).isEmpty();
        loops.close();
    }

    private long idle(long nowMillis) {
        turns.add(nowMillis);
        return Turn.IDLE;
    }

    private long turn() throws InterruptedException {
        Long turn = turns.poll(20, TimeUnit.SECONDS);
        assertThat(turn).as("a turn").isNotNull();
        return turn;
    }

    /// Two tasks one after the other: a whole round with its end lies between them.
    private static void settle(Loop loop) throws Exception {
        Peer.on(loop, () -> null);
        Peer.on(loop, () -> null);
        Peer.on(loop, () -> null);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
