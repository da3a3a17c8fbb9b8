package io.tern.broker.defence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/// What is remembered of those who do harm, when it is as much as it may ever be, weighs what docs/memory.md says.
class BoundsTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final Path PAGE = Path.of("../docs/memory.md");
    private static final double MIB = 1024 * 1024;
    /// More than are kept of each kind.
    private static final int NAMES = 40_000;
    private static final int SHOWN_EACH = 5;

    private static void weighsAsStated(String what, Object remembered) throws IOException {
        Matcher row = Pattern.compile("\\| " + what + " \\|[^|]*\\| (\\d+) MiB").matcher(Files.readString(PAGE));
        assertThat(row.find()).as("row of %s", what).isTrue();
        double stated = Integer.parseInt(row.group(1));
        double weighed = GraphLayout.parseInstance(remembered).totalSize() / MIB;
        assertThat(weighed).as(what).isBetween(stated * 3 / 4, stated);
    }

    private static DefenceLimits limits() {
        return new DefenceLimits(0, 0, 0, 0, 0, 3, 1_000, 4_000, 60_000, 100, 100, 100, 10_000, 0, 0, 0, 0, 0, 0, 0,
                DefenceLimits.Excess.PAUSE, List.of());
    }

    @Test
    void failed_logins() throws IOException {
        FailedLogins failed = new FailedLogins(limits());
        for (int i = 0; i < NAMES; i++) {
            String address = "2001:db8:" + Integer.toHexString(i) + "::/64";
            for (int k = 0; k < SHOWN_EACH; k++) {
                failed.tooManyFrom(address, Shown.of("user", i + "/" + k), 1_000);
            }
            failed.failed(address, Shown.of("user", "u" + i), 1_000);
            failed.tooMany(Shown.of("user", "n" + i), 100, 1_000);
        }
        weighsAsStated("failed logins", failed);
    }

    @Test
    void bans() throws IOException {
        Bans bans = new Bans();
        String text = "ж".repeat(256);
        for (int i = 0; i < Bans.BANS_MAX; i++) {
            String value = i + "ж".repeat(1024 - 5);
            bans.add(new Ban(Ban.Kind.CLIENT, value, text + i, text + i, 1_000, 100_000));
        }
        weighsAsStated("bans", bans);
    }
}
