package io.tern.keys;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestIdentity;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Bundles as people put them together.
class ChainTest {

    private final TestAuthority root = TestAuthority.of("root");
    private final TestAuthority plant = root.intermediate("plant");
    private final TestAuthority line = plant.intermediate("line");
    private final TestIdentity owner = line.issue("press-7");
    private final X509Certificate leaf = owner.certificate();

    private Identity read(X509Certificate... file) throws KeyFileException {
        return Identity.read(pem(List.of(file)), owner.keyPem().getBytes(StandardCharsets.US_ASCII), null);
    }

    private static byte[] pem(List<X509Certificate> file) {
        StringBuilder text = new StringBuilder();
        file.forEach(each -> text.append(new TestIdentity(null, List.of(each)).certificatesPem()));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void it_is_put_in_order_whatever_the_order_of_the_file() throws KeyFileException {
        List<X509Certificate> whole = List.of(leaf, line.certificate(), plant.certificate(), root.certificate());
        for (int seed = 0; seed < 10; seed++) {
            List<X509Certificate> file = new ArrayList<>(whole);
            Collections.shuffle(file, new Random(seed));
            Identity identity = read(file.toArray(new X509Certificate[0]));
            assertThat(identity.chain()).as("seed " + seed).isEqualTo(whole);
            assertThat(identity.leftOut()).isEmpty();
        }
    }

    @Test
    void what_is_not_part_of_it_is_left_out() throws KeyFileException {
        X509Certificate foreign = TestAuthority.of("other").certificate();
        X509Certificate sameName = TestAuthority.of("line").certificate();
        X509Certificate neighbour = line.issue("press-8").certificate();
        Identity identity = read(neighbour, sameName, leaf, foreign, line.certificate());
        assertThat(identity.chain()).containsExactly(leaf, line.certificate());
        assertThat(identity.leftOut()).containsExactly(neighbour, sameName, foreign);
    }

    @Test
    void twins_and_gaps() throws KeyFileException {
        assertThat(read(leaf, leaf, line.certificate(), line.certificate()).chain())
                .containsExactly(leaf, line.certificate());
        Identity gap = read(leaf, root.certificate(), plant.certificate());
        assertThat(gap.chain()).containsExactly(leaf);
        assertThat(gap.leftOut()).containsExactly(root.certificate(), plant.certificate());
    }

    @Test
    void of_several_issuers_the_first_that_fits_is_taken() throws KeyFileException {
        X509Certificate cross = TestAuthority.of("elsewhere").certify(line).certificate();
        Stream.of(List.of(leaf, line.certificate(), cross), List.of(leaf, cross, line.certificate())).forEach(file -> {
            try {
                assertThat(read(file.toArray(new X509Certificate[0])).chain()).isEqualTo(file.subList(0, 2));
            } catch (KeyFileException e) {
                throw new AssertionError(e);
            }
        });
    }
}
