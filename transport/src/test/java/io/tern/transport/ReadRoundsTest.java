package io.tern.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Connection;
import io.tern.api.Loop;
import io.tern.api.Turn;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Many sockets that have something to be read at the same time: the loop does what else there is, and all have their
/// turn.
class ReadRoundsTest {

    private static final int SOCKETS = 10;

    private final ManualClock clock = new ManualClock();
    private final ReadRounds rounds = new ReadRounds(clock);
    private final int[] cycles = new int[SOCKETS];

    /// One round in which all of them have something to be read.
    ///
    /// @param millis that each takes
    /// @return who was read
    private List<Integer> round(long millis) {
        List<Integer> read = new ArrayList<>();
        for (int i = 0; i < SOCKETS; i++) {
            int cycle = rounds.next(cycles[i]);
            if (cycle != ReadRounds.WAITS) {
                cycles[i] = cycle;
                read.add(i);
                clock.advance(millis);
            }
        }
        rounds.over();
        return read;
    }

    @Test
    void all_are_read_in_each_round_if_there_is_time() {
        for (int i = 0; i < 3; i++) {
            assertThat(round(0)).hasSize(SOCKETS);
        }
    }

    @Test
    void nobody_is_read_twice_before_all_were_once() {
        List<Integer> read = new ArrayList<>();
        for (int cycle = 0; cycle < 3; cycle++) {
            for (int i = 0; i < SOCKETS / 2; i++) {
                read.addAll(round(3));
            }
            assertThat(read).as("cycle %s", cycle).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
            read.clear();
        }
    }

    @Test
    void who_was_read_goes_on_when_those_who_waited_have_gone() {
        assertThat(round(5)).containsExactly(0);
        assertThat(rounds.next(cycles[0])).as("others have waited").isEqualTo(ReadRounds.WAITS);
        rounds.over();
        assertThat(rounds.next(cycles[0])).isNotEqualTo(ReadRounds.WAITS);
    }

    @ParameterizedTest
    @EnumSource
    void the_shard_has_its_turn_and_nobody_is_passed_over(IoKind kind) throws Exception {
        List<Connection> runs = Collections.synchronizedList(new ArrayList<>());
        List<Integer> readBetweenTurns = Collections.synchronizedList(new ArrayList<>());
        Set<Connection> between = new HashSet<>();
        Peer.Script script = (connection, bytes) -> {
            if (runs.isEmpty() || runs.getLast() != connection) {
                runs.add(connection);
                clock.advance(ReadRounds.READS_MILLIS);
            }
            between.add(connection);
            connection.loop().wake();
        };
        try (Site site = new Site(kind, 1, ListenerOptions.tcp("mqtt", "127.0.0.1", 0), clock, script)) {
            Loop loop = site.loops().getFirst();
            loop.bind(now -> {
                readBetweenTurns.add(between.size());
                between.clear();
                return Turn.IDLE;
            });
            List<Socket> clients = new ArrayList<>();
            Set<Connection> all = new HashSet<>();
            for (int i = 0; i < SOCKETS; i++) {
                clients.add(site.connect());
                all.add(site.accepted().connection());
            }
            CountDownLatch busy = new CountDownLatch(1);
            CountDownLatch written = new CountDownLatch(1);
            loop.execute(() -> {
                busy.countDown();
                await(written);
            });
            await(busy);
            byte[] bytes = new byte[3 * NettyLoop.READ_BYTES];
            for (Socket client : clients) {
                client.getOutputStream().write(bytes, 0, 1000);
                Thread.startVirtualThread(() -> write(client, bytes));
            }
            written.countDown();

            Site.until(() -> new HashSet<>(List.of(runs.toArray())).size() == SOCKETS);

            assertThat(new HashSet<>(Arrays.asList(runs.toArray()).subList(0, SOCKETS))).isEqualTo(all);
            assertThat(readBetweenTurns).allMatch(each -> each <= 1);
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private static void write(Socket client, byte[] bytes) {
        try {
            client.getOutputStream().write(bytes);
        } catch (IOException closed) {
            // The test has seen enough.
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
