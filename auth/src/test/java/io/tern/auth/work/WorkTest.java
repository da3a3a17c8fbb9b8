package io.tern.auth.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whose turn it is when there is too much to do.
class WorkTest {

    private static final long PATIENCE_SECONDS = 60;

    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private final Queue<String> busy = new ConcurrentLinkedQueue<>();
    private final AtomicLong nanos = new AtomicLong();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);

    /// One task runs, so that all others wait.
    private Work occupied(int waitingMax) throws InterruptedException {
        Work work = new Work("test", 1, waitingMax, Duration.ofSeconds(1), nanos::get);
        work.run("other", () -> true, () -> {
            begun.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, () -> busy.add("other"));
        begun.await();
        return work;
    }

    private void add(Work work, String place, String name) {
        work.run(place, () -> true, () -> done.add(name), () -> busy.add(name));
    }

    private void finish(Work work) throws InterruptedException {
        CountDownLatch last = new CountDownLatch(1);
        work.run("last", () -> true, last::countDown, last::countDown);
        end.countDown();
        assertThat(last.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void who_has_one_task_waits_for_one_of_each_other_place() throws InterruptedException {
        Work work = occupied(1_000);
        for (int i = 0; i < 60; i++) {
            add(work, "attacker", "wrong" + i);
        }
        add(work, "healthy", "right");
        finish(work);
        assertThat(List.copyOf(done).indexOf("right")).isEqualTo(1);
    }

    @Test
    void when_there_is_no_room_who_has_most_gives_up_his_last_one() throws InterruptedException {
        Work work = occupied(10);
        for (int i = 0; i < 60; i++) {
            add(work, "attacker", "wrong" + i);
        }
        for (int i = 0; i < 5; i++) {
            add(work, "healthy" + i, "right" + i);
        }
        finish(work);
        assertThat(busy).allMatch(each -> each.startsWith("wrong")).hasSize(56);
        assertThat(done).contains("right0", "right1", "right2", "right3", "right4");
    }

    @Test
    void what_nobody_waits_for_is_not_done() throws InterruptedException {
        Work work = occupied(10);
        work.run("a", () -> false, () -> done.add("gone"), () -> busy.add("gone"));
        finish(work);
        assertThat(done).isEmpty();
        assertThat(busy).isEmpty();
    }

    @Test
    void what_has_waited_too_long_is_turned_away() throws InterruptedException {
        Work work = occupied(10);
        add(work, "a", "late");
        nanos.set(1_000_000_001);
        finish(work);
        assertThat(busy).containsExactly("late");
        assertThat(work.refused()).isEqualTo(1);
    }

    @Test
    void a_task_that_fails_is_answered_and_the_next_one_is_done() throws InterruptedException {
        Work work = occupied(10);
        work.run("a", () -> true, () -> {
            throw new StackOverflowError("on purpose");
        }, () -> busy.add("failed"));
        work.run("b", () -> {
            throw new IllegalStateException("on purpose");
        }, () -> done.add("never"), () -> busy.add("never"));
        finish(work);
        assertThat(busy).containsExactly("failed");
    }
}
