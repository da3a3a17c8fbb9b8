package io.tern.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.ConnectionInfo;
import io.tern.api.Decision;
import io.tern.api.Identity;
import io.tern.api.Verdict;
import io.tern.auth.work.Digest;
import io.tern.auth.work.Remembered;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;

/// What is remembered of logins and decisions, when it is as much as it may ever be, weighs what docs/memory.md says.
class RememberedBoundsTest {

    static {
        System.setProperty("jol.magicFieldOffset", "true"); // Else it can't look into records.
    }

    private static final Path PAGE = Path.of("../docs/memory.md");
    private static final double MIB = 1024 * 1024;
    private static final long LATER_MILLIS = 100_000;

    private static void weighsAsStated(String what, Object remembered) throws IOException {
        Matcher row = Pattern.compile("\\| " + what + " \\|[^|]*\\| (\\d+) MiB").matcher(Files.readString(PAGE));
        assertThat(row.find()).as("row of %s", what).isTrue();
        double stated = Integer.parseInt(row.group(1));
        double weighed = GraphLayout.parseInstance(remembered).totalSize() / MIB;
        assertThat(weighed).as(what).isBetween(stated * 2 / 3, stated);
    }

    @Test
    void logins_and_tokens_remembered() throws IOException {
        int most = 10_000;
        Remembered<Digest, Verdict> logins = new Remembered<>(most);
        for (int i = 0; i < 2 * most; i++) {
            Identity identity = new Identity("http", "user-of-some-length-" + i, null, Set.of(), false, 0, null);
            logins.put(Digest.of("password " + i), Verdict.allow(identity), LATER_MILLIS, 0);
        }
        assertThat(logins.size()).isEqualTo(most);
        weighsAsStated("logins and tokens remembered", logins);
    }

    @Test
    void decisions_of_a_rule_service_remembered() throws IOException {
        int most = 100_000;
        Remembered<Digest, Decision> decisions = new Remembered<>(most);
        for (int i = 0; i < most + 1_000; i++) {
            decisions.put(Digest.of("topic " + i), Decision.ALLOW, LATER_MILLIS, 0);
        }
        assertThat(decisions.size()).isEqualTo(most);
        weighsAsStated("decisions of a rule service remembered", decisions);
    }

    @Test
    void tokens_used_once() throws IOException {
        UsedTokens used = new UsedTokens();
        ConnectionInfo one = new ConnectionInfo("mqtt", "tcp", new InetSocketAddress("127.0.0.1", 1));
        String longId = "x".repeat(10_000);
        int taken = 0;
        while (used.use("issuer", longId + taken, one, LATER_MILLIS, 0) == UsedTokens.Outcome.FIRST) {
            taken++;
        }
        assertThat(taken).isEqualTo(100_000);
        weighsAsStated("tokens used once", used);
    }
}
