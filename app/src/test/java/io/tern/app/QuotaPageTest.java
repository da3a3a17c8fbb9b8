package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Option;
import io.tern.broker.options.BrokerOptions;
import io.tern.broker.quota.QuotaOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// Holds the table of quotas in docs/security.md to what is declared.
class QuotaPageTest {

    private static final int MIB = 1024 * 1024;

    private static List<String> section() throws IOException {
        String page = Files.readString(Tree.root().resolve("docs/security.md"));
        String section = page.substring(page.indexOf("## Quotas"));
        return section.substring(0, section.indexOf("\n## ")).lines().toList();
    }

    private static String row(List<String> lines, String key) {
        return lines.stream().filter(line -> line.startsWith("|") && line.contains("`" + key + "`")).findFirst()
                .orElseThrow(() -> new AssertionError("no row with " + key));
    }

    private static String number(int value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    @Test
    void each_quota_has_a_row_and_no_number_unless_one_is_set() throws IOException {
        List<String> lines = section();
        for (Option<?> each : QuotaOptions.all()) {
            switch (each.key()) {
                case "quota.fair_share" -> assertThat(each.defaultValue()).isEqualTo(true);
                case "quota.exempt" -> assertThat(String.join("\n", lines)).contains("`quota.exempt`");
                default -> {
                    assertThat(row(lines, each.key())).isNotEmpty();
                    assertThat(((Number) each.defaultValue()).longValue()).as(each.key()).isZero();
                }
            }
        }
    }

    @Test
    void the_limits_it_names_are_the_defaults() throws IOException {
        List<String> lines = section();
        assertThat(row(lines, BrokerOptions.SUBSCRIPTIONS.key()))
                .contains(number(BrokerOptions.SUBSCRIPTIONS.defaultValue()));
        assertThat(row(lines, BrokerOptions.SHARED_SUBSCRIPTIONS.key()))
                .contains(number(BrokerOptions.SHARED_SUBSCRIPTIONS.defaultValue()));
        assertThat(row(lines, BrokerOptions.RETAINED_BYTES.key()))
                .contains(BrokerOptions.RETAINED_BYTES.defaultValue() / MIB + " MiB");
        assertThat(row(lines, BrokerOptions.QUEUE_DISK_BYTES.key()))
                .contains(BrokerOptions.QUEUE_DISK_BYTES.defaultValue() / MIB + " MiB");
    }
}
