package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Time that is neither lost nor won when the machine's clock is set, the machine sleeps, or the process is away.
class ServerClockTest {

    private static final long RIGHT_MILLIS = Instant.parse("2026-11-30T12:00:00Z").toEpochMilli();
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();
    private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    @TempDir
    private Path folder;

    private long machineMillis = RIGHT_MILLIS;
    private long nanos = 5_000;
    private ServerClock clock;

    @BeforeEach
    void open() {
        clock = new ServerClock(folder.resolve("clock"), () -> machineMillis, () -> nanos);
    }

    /// It passes for both, in steps as the clock is looked at.
    private void pass(long millis) {
        for (long left = millis; left > 0; left -= 60_000) {
            long step = Math.min(left, 60_000);
            nanos += step * 1_000_000;
            machineMillis += step;
            clock.look();
        }
    }

    /// The process is killed, and starts again when the machine's clock says that.
    private void startAt(long millis) {
        nanos = 77;
        machineMillis = millis;
        open();
    }

    @Test
    void it_begins_as_the_machines_clock_and_goes_on_with_it() {
        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS);

        pass(HOUR_MILLIS + 1);

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS + 1).isEqualTo(clock.machineMillis());
        assertThat(clock.at(RIGHT_MILLIS + DAY_MILLIS)).isEqualTo(RIGHT_MILLIS + DAY_MILLIS);
    }

    @ParameterizedTest
    @ValueSource(longs = {-3 * 24 * 3_600_000L, -5_000, 5_000, 9_000 * 24 * 3_600_000L})
    void a_clock_that_is_set_is_noticed_and_moves_nothing(long byMillis) {
        pass(HOUR_MILLIS);
        machineMillis += byMillis;

        assertThat(clock.look()).isEqualTo(byMillis);

        assertThat(clock.look()).as("once").isZero();
        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS);
        assertThat(clock.machineMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS + byMillis);
        assertThat(clock.at(machineMillis + 1_000)).isEqualTo(clock.nowMillis() + 1_000);
        startAt(machineMillis + 20_000);
        assertThat(clock.nowMillis()).as("after a crash").isEqualTo(RIGHT_MILLIS + HOUR_MILLIS + 20_000);
    }

    /// The monotonic timer stands still meanwhile.
    @Test
    void a_machine_that_slept_has_not_lived() {
        machineMillis += 8 * HOUR_MILLIS;

        assertThat(clock.look()).isEqualTo(8 * HOUR_MILLIS);

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS);
        startAt(machineMillis + 1_000);
        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + 1_000);
    }

    @Test
    void a_clock_that_drifts_is_followed_over_the_next_start_and_not_called_set() {
        for (int i = 0; i < 1000; i++) {
            nanos += 1_000_000_000;
            machineMillis += 1_010;
            assertThat(clock.look()).isZero();
        }

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + 1_000_000);
        startAt(machineMillis);
        assertThat(clock.nowMillis()).isBetween(RIGHT_MILLIS + 1_000_000, RIGHT_MILLIS + 1_001_000);
    }

    @Test
    void the_time_that_the_process_is_away_counts() {
        pass(HOUR_MILLIS);
        startAt(machineMillis + 3 * DAY_MILLIS);

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS + 3 * DAY_MILLIS);
    }

    @Test
    void a_clock_that_was_set_back_while_the_process_was_away_takes_nothing_back() {
        pass(HOUR_MILLIS);
        startAt(RIGHT_MILLIS - DAY_MILLIS);

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS);
        pass(1_000);
        startAt(machineMillis + 1_000);
        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS + 2_000);
    }

    /// A gateway without a battery, before it has asked for the time.
    @ParameterizedTest
    @ValueSource(strings = {"1970-01-01T00:00:07Z", "2001-01-01T00:00:00Z"})
    void what_began_with_a_wrong_clock_goes_on_when_it_is_right(String began) throws IOException {
        long beganMillis = Instant.parse(began).toEpochMilli();
        Files.delete(folder.resolve("clock"));
        startAt(beganMillis);
        pass(HOUR_MILLIS);
        startAt(RIGHT_MILLIS);
        assertThat(clock.nowMillis()).as("set while it was away").isEqualTo(beganMillis + HOUR_MILLIS);

        startAt(beganMillis);
        pass(HOUR_MILLIS);
        assertThat(clock.nowMillis()).as("wrong again").isEqualTo(beganMillis + 2 * HOUR_MILLIS);
        machineMillis = RIGHT_MILLIS;
        assertThat(clock.look()).isPositive();
        startAt(RIGHT_MILLIS + HOUR_MILLIS);
        assertThat(clock.nowMillis()).as("set while it ran").isEqualTo(beganMillis + 3 * HOUR_MILLIS);
    }

    @Test
    void without_a_file_or_with_a_broken_one_it_is_the_machines_clock() throws IOException {
        pass(HOUR_MILLIS);
        machineMillis += DAY_MILLIS;
        clock.look();
        Files.writeString(folder.resolve("clock"), "tern clock 1 kept");
        startAt(machineMillis);
        assertThat(clock.nowMillis()).isEqualTo(machineMillis);

        Files.delete(folder.resolve("clock"));
        startAt(RIGHT_MILLIS);
        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS);
    }

    @Test
    void a_folder_that_can_not_be_written_stops_nothing() throws IOException {
        Path gone = folder.resolve("gone");
        Files.createDirectory(gone);
        clock = new ServerClock(gone.resolve("clock"), () -> machineMillis, () -> nanos);
        Files.delete(gone.resolve("clock"));
        Files.delete(gone);

        pass(HOUR_MILLIS);
        clock.close();

        assertThat(clock.nowMillis()).isEqualTo(RIGHT_MILLIS + HOUR_MILLIS);
    }
}
