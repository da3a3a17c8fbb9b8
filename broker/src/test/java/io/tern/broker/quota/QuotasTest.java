package io.tern.broker.quota;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Option;
import io.tern.api.Options;
import io.tern.api.Owner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// How much an owner may have.
class QuotasTest {

    private static final int SHARDS = 2;
    private static final long MEMORY_BYTES = 1_000_000;
    private static final long RETAINED_BYTES = 300_000;
    private static final long A_LOT = 50_000;

    private double diskPart;
    private long heldBytes;
    private long nowMillis;

    private static Options options(String... keysAndTexts) {
        Options.Builder options = Options.builder();
        for (int i = 0; i < keysAndTexts.length; i += 2) {
            String key = keysAndTexts[i];
            Option<?> option = QuotaOptions.all().stream()
                    .filter(each -> each.key().equals(key)).findFirst().orElseThrow();
            options.parse(option, keysAndTexts[i + 1]);
        }
        return options.build();
    }

    private Quotas quotas(String... keysAndTexts) {
        return new Quotas(options(keysAndTexts), MEMORY_BYTES, RETAINED_BYTES, () -> diskPart, SHARDS, () -> nowMillis,
                bytes -> heldBytes += bytes);
    }

    /// Takes as many as it may have.
    private static int fill(Account account) {
        int sessions = 0;
        while (account.mayHave(Kind.SESSIONS, 1_000)) {
            account.add(Kind.SESSIONS, 1, 1_000);
            sessions++;
        }
        return sessions;
    }

    @Test
    void nobody_has_more_than_is_left_for_all_others() {
        Quotas quotas = quotas();
        assertThat(fill(quotas.hold(Owner.of("first")))).isEqualTo(500);
        assertThat(fill(quotas.hold(Owner.of("second")))).isEqualTo(250);
        assertThat(fill(quotas.hold(Owner.at("192.0.2.1")))).isEqualTo(125);
        assertThat(fill(quotas.hold(Owner.of("first")))).isZero();
        assertThat(quotas.refused(Kind.SESSIONS)).isEqualTo(4);
    }

    @Test
    void what_is_retained_has_a_bound_of_its_own() {
        Account account = quotas().hold(Owner.of("ann"));
        for (int i = 0; i < 3; i++) {
            assertThat(account.mayRetain(true, A_LOT)).isTrue();
            account.retained(1, A_LOT, 100);
        }
        assertThat(account.mayRetain(true, A_LOT)).isFalse();
        assertThat(account.mayRetain(false, -1)).as("a shorter one in its place").isTrue();
    }

    @Test
    void a_number_bounds_it_before_the_share_does() {
        Quotas quotas = quotas("quota.sessions", "3", "quota.retained_messages", "1", "quota.retained_bytes", "1000");
        assertThat(fill(quotas.hold(Owner.of("ann")))).isEqualTo(3);
        Account bob = quotas.hold(Owner.of("bob"));
        assertThat(bob.mayRetain(true, 1_001)).isFalse();
        assertThat(bob.mayRetain(true, 1_000)).isTrue();
        bob.retained(1, 10, 100);
        assertThat(bob.mayRetain(true, 10)).isFalse();
        assertThat(bob.mayRetain(false, 10)).isTrue();
    }

    @Test
    void the_exempt_may_have_any_amount_and_leave_less_to_others() {
        Quotas quotas = quotas("quota.exempt", "bridge, 10.0.0.0/8,unix,2001:db8::/32", "quota.sessions", "3");
        for (Owner owner : List.of(Owner.of("bridge"), Owner.at("10.1.2.3"), Owner.at("unix"),
                Owner.at("2001:0db8:0000:0000::/64"))) {
            Account account = quotas.hold(owner);
            account.add(Kind.SESSIONS, 10, 0);
            assertThat(account.mayHave(Kind.SESSIONS, MEMORY_BYTES)).as("%s", owner).isTrue();
        }
        assertThat(fill(quotas.hold(Owner.at("11.1.2.3")))).isEqualTo(3);
        assertThat(fill(quotas.hold(Owner.of("10.1.2.3")))).as("a user of that name").isEqualTo(3);
    }

    @Test
    void of_the_disk_nobody_has_more_than_is_free_once_half_of_it_is_taken() {
        Quotas quotas = quotas();
        Account large = quotas.hold(Owner.of("large"));
        Account small = quotas.hold(Owner.of("small"));
        large.stored(0, 900_000);
        small.stored(1, 100_000);
        diskPart = 0.49;
        assertThat(large.mayStore(1)).isTrue();
        diskPart = 0.53;
        assertThat(large.mayStore(1)).isFalse();
        assertThat(small.mayStore(1)).isTrue();
        diskPart = 0.9;
        assertThat(small.mayStore(1)).isTrue();
        diskPart = 0.95;
        assertThat(small.mayStore(1)).isFalse();
    }

    @Test
    void a_number_of_bytes_on_disk_holds_however_empty_it_is() {
        Quotas quotas = quotas("quota.fair_share", "false", "quota.disk_bytes", "100000");
        Account account = quotas.hold(Owner.of("ann"));
        account.stored(0, 90_000);
        diskPart = 0.99;
        assertThat(account.mayStore(10_000)).isTrue();
        assertThat(account.mayStore(10_001)).isFalse();
    }

    @Test
    void an_account_that_holds_nothing_leaves_nothing_behind() {
        Quotas quotas = quotas();
        for (int i = 0; i < 100; i++) {
            Owner owner = Owner.at("192.0.2." + i);
            Account account = quotas.hold(owner);
            assertThat(quotas.hold(owner)).isSameAs(account);
            account.stored(0, A_LOT);
            account.stored(0, -A_LOT / 10);
            account.stored(0, -A_LOT / 10 * 9);
            quotas.letGo(account);
            assertThat(quotas.owners()).isEqualTo(1);
            assertThat(heldBytes).isPositive();
            quotas.letGo(account);
        }
        assertThat(quotas.owners()).isZero();
        assertThat(heldBytes).isZero();
        assertThat(quotas.stored().heldBytes()).isZero();
    }

    @Test
    void nobody_counts_where_nothing_is_limited_or_nobody_is_known() {
        assertThat(quotas("quota.fair_share", "false").hold(Owner.of("ann"))).isNull();
        assertThat(quotas().hold(Owner.of(null))).isNull();
        assertThat(quotas().hold(null)).isNull();
    }

    @Test
    void it_is_said_once_a_minute_of_an_owner_and_of_so_many_at_most() {
        Quotas quotas = quotas();
        List<String> lines = new ArrayList<>();
        OverQuotaLog log = new OverQuotaLog(() -> nowMillis, lines::add);
        Account ann = quotas.hold(Owner.of("ann"));
        nowMillis = 1_000_000;
        log.refused(ann, Kind.SESSIONS, "");
        log.refused(ann, Kind.RETAINED, "");
        assertThat(lines).containsExactly("user 'ann' has too many sessions, see quota");
        nowMillis += 60_000;
        log.refused(ann, Kind.RETAINED, "");
        assertThat(lines).hasSize(2);
        for (int i = 0; i < 1000; i++) {
            log.refused(quotas.hold(Owner.at("192.0.2." + i)), Kind.DISK, "");
        }
        assertThat(lines).hasSize(1 + OverQuotaLog.LINES_PER_MINUTE);
        assertThat(lines.getLast()).startsWith("address 192.0.2.");
    }
}
