package io.tern.broker.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimerWheelTest {

    private static final long START = 1_000_000_000_000L;
    private static final long ROUND_MILLIS = 1024L * TimerWheel.TICK_MILLIS;

    private long now = START;
    private final Steps steps = new Steps();
    private final TimerWheel wheel = new TimerWheel(now, steps);

    /// A timer that says when it fired.
    private class Clock extends Timer {
        final List<Long> fired = new ArrayList<>();

        @Override
        public void fire(long nowMillis) {
            fired.add(nowMillis);
        }
    }

    private void runTo(long millis) {
        now = millis;
        wheel.run(now);
    }

    /// Runs only when the wheel wants to, up to a time.
    private void runByDeadlines(long until) {
        for (long next = wheel.deadlineMillis(); next <= until; next = wheel.deadlineMillis()) {
            runTo(Math.max(now, next));
        }
        now = until;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 63, 64, 65, 1000, 65_535, 65_536, 65_600, 1_000_000, 604_800_000})
    void a_timer_fires_at_its_time_or_up_to_a_tick_later_and_once(long delayMillis) {
        for (int phase = 0; phase < TimerWheel.TICK_MILLIS; phase += 21) {
            runTo(now + phase);
            Clock timer = new Clock();
            long due = now + delayMillis;
            wheel.schedule(timer, due);

            runByDeadlines(due + 2 * ROUND_MILLIS);

            assertThat(timer.fired).hasSize(1);
            assertThat(timer.fired.getFirst()).isBetween(due, due + TimerWheel.TICK_MILLIS);
        }
    }

    @Test
    void a_time_that_has_passed_is_now() {
        Clock timer = new Clock();
        wheel.schedule(timer, START - 1_000_000);

        runByDeadlines(START + TimerWheel.TICK_MILLIS);

        assertThat(timer.fired).hasSize(1);
    }

    @Test
    void without_timers_there_is_nothing_to_do() {
        assertThat(wheel.deadlineMillis()).isEqualTo(Turn.IDLE);
        Clock timer = new Clock();
        wheel.schedule(timer, START + 1000);
        assertThat(wheel.deadlineMillis()).isBetween(START + 1000, START + 1000 + TimerWheel.TICK_MILLIS);

        wheel.cancel(timer);

        assertThat(wheel.deadlineMillis()).isEqualTo(Turn.IDLE);
        runTo(START + 10_000);
        assertThat(timer.fired).isEmpty();
        wheel.cancel(timer);
    }

    @Test
    void a_timer_set_anew_fires_at_its_new_time_only() {
        Clock timer = new Clock();
        wheel.schedule(timer, START + 100);
        wheel.schedule(timer, START + 500);

        runTo(START + 300);
        assertThat(timer.fired).isEmpty();
        runTo(START + 600);

        assertThat(timer.fired).hasSize(1);
    }

    @Test
    void all_fire_however_many_are_due_at_once_and_however_long_nobody_looked() {
        List<Clock> timers = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Clock timer = new Clock();
            wheel.schedule(timer, START + i % 3 * ROUND_MILLIS + i % 7);
            timers.add(timer);
        }
        now = START + 10 * ROUND_MILLIS;

        int calls = 0;
        while (wheel.deadlineMillis() <= now) {
            wheel.run(now);
            assertThat(++calls).as("bounded, but not endless").isLessThan(10);
        }

        assertThat(calls).isGreaterThan(1);
        assertThat(timers).allSatisfy(timer -> assertThat(timer.fired).hasSize(1));
    }

    @Test
    void a_timer_that_fires_may_set_itself_and_stop_others() {
        Clock victim = new Clock();
        List<Long> fired = new ArrayList<>();
        Timer periodic = new Timer() {
            @Override
            public void fire(long nowMillis) {
                fired.add(nowMillis);
                wheel.cancel(victim);
                if (fired.size() < 5) {
                    wheel.schedule(this, nowMillis + 1000);
                }
            }
        };
        wheel.schedule(victim, START + 500);
        wheel.schedule(periodic, START + 500);

        runByDeadlines(START + 20_000);

        assertThat(fired).hasSize(5);
        assertThat(victim.fired.size()).as("whichever of the two came first").isLessThanOrEqualTo(1);
        assertThat(wheel.deadlineMillis()).isEqualTo(Turn.IDLE);
    }

    @Test
    void a_timer_that_throws_takes_no_other_with_it() {
        List<Clock> timers = new ArrayList<>();
        Timer broken = new Timer() {
            @Override
            public void fire(long nowMillis) {
                throw new IllegalStateException("broken on purpose");
            }
        };
        for (int i = 0; i < 10; i++) {
            Clock timer = new Clock();
            timers.add(timer);
            wheel.schedule(timer, START + 10);
            if (i == 5) {
                wheel.schedule(broken, START + 10);
            }
        }

        int thrown = 0;
        for (int i = 0; i < 3; i++) {
            try {
                runTo(START + 100 + 100L * i);
            } catch (IllegalStateException expected) {
                thrown++;
            }
        }

        assertThat(thrown).isEqualTo(1);
        assertThat(timers).allSatisfy(timer -> assertThat(timer.fired).hasSize(1));
    }

    @Test
    void it_does_what_a_list_of_times_would() {
        for (int seed = 0; seed < 60; seed++) {
            Random random = new Random(seed);
            now = START + random.nextInt(100);
            TimerWheel wheel = new TimerWheel(now, steps);
            Map<Timer, Long> model = new HashMap<>();
            List<Timer> timers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                timers.add(new Timer() {
                    @Override
                    public void fire(long nowMillis) {
                        Long due = model.remove(this);
                        assertThat(due).as("fires once, and not after a cancel").isNotNull();
                        assertThat(nowMillis).as("never early").isGreaterThanOrEqualTo(due);
                        if (random.nextInt(4) == 0) {
                            set(wheel, this, nowMillis + random.nextInt(200_000));
                        }
                        Timer other = timers.get(random.nextInt(timers.size()));
                        if (random.nextInt(3) == 0 && model.remove(other) != null) {
                            wheel.cancel(other);
                        }
                    }

                    private void set(TimerWheel wheel, Timer timer, long due) {
                        wheel.schedule(timer, due);
                        model.put(timer, due);
                    }
                });
            }
            for (int step = 0; step < 500; step++) {
                Timer timer = timers.get(random.nextInt(timers.size()));
                switch (random.nextInt(4)) {
                    case 0, 1 -> {
                        long due = now + random.nextInt(random.nextBoolean() ? 500 : 300_000) - 50;
                        wheel.schedule(timer, due);
                        model.put(timer, Math.max(due, now));
                    }
                    case 2 -> {
                        wheel.cancel(timer);
                        model.remove(timer);
                    }
                    default -> {
                        now += random.nextInt(random.nextInt(10) == 0 ? 200_000 : 300);
                        wheel.run(now);
                        long overdue = now - TimerWheel.TICK_MILLIS;
                        assertThat(model.values()).as("seed " + seed).allMatch(due -> due > overdue);
                    }
                }
                long earliest = model.values().stream().mapToLong(Long::longValue).min().orElse(Turn.IDLE);
                assertThat(wheel.deadlineMillis())
                        .as("seed " + seed)
                        .isLessThanOrEqualTo(earliest == Turn.IDLE
                                ? Turn.IDLE
                                : Math.max(earliest, now) + TimerWheel.TICK_MILLIS);
            }
        }
    }
}
