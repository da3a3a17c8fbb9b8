package io.tern.broker.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DirectoryTest {

    private final Directory directory = new Directory(0);

    @Test
    void the_first_to_claim_a_client_is_its_home_for_everybody() {
        Directory.Home home = directory.claim("c", 2);

        assertThat(home.shard()).isEqualTo(2);
        assertThat(directory.claim("c", 1)).isEqualTo(home);
        assertThat(directory.find("c")).isEqualTo(home);
        assertThat(directory.find("d")).isNull();
        assertThat(directory.size()).isEqualTo(1);
    }

    @Test
    void a_released_client_may_live_elsewhere_with_a_higher_epoch() {
        Directory.Home first = directory.claim("c", 0);
        directory.release("c", first.epoch());
        assertThat(directory.find("c")).isNull();

        Directory.Home second = directory.claim("c", 1);

        assertThat(second.shard()).isEqualTo(1);
        assertThat(second.epoch()).isGreaterThan(first.epoch());
    }

    @Test
    void a_release_that_comes_late_leaves_the_next_session_alone() {
        Directory.Home first = directory.claim("c", 0);
        directory.release("c", first.epoch());
        Directory.Home second = directory.claim("c", 1);

        directory.release("c", first.epoch());

        assertThat(directory.find("c")).isEqualTo(second);
        directory.release("unknown", 1);
    }

    @Test
    void of_many_that_claim_and_release_at_once_one_at_a_time_is_home() throws Exception {
        int threads = 4;
        int rounds = 5000;
        CyclicBarrier start = new CyclicBarrier(threads);
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<List<Long>>> owned = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int shard = i;
                Callable<List<Long>> work = () -> {
                    List<Long> epochs = new ArrayList<>();
                    start.await(10, TimeUnit.SECONDS);
                    for (int round = 0; round < rounds; round++) {
                        Directory.Home home = directory.claim("c" + round % 3, shard);
                        if (home.shard() == shard) {
                            epochs.add(home.epoch());
                            directory.release("c" + round % 3, home.epoch());
                        }
                    }
                    return epochs;
                };
                owned.add(pool.submit(work));
            }
            Set<Long> all = new HashSet<>();
            for (Future<List<Long>> each : owned) {
                List<Long> epochs = each.get(60, TimeUnit.SECONDS);
                assertThat(epochs).isSorted();
                for (long epoch : epochs) {
                    assertThat(all.add(epoch)).as("no epoch was two shards'").isTrue();
                }
            }
            assertThat(directory.size()).isZero();
        }
    }
}
