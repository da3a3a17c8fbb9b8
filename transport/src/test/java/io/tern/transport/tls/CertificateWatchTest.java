package io.tern.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ReferenceCountUtil;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestAuthority.Kind;
import io.tern.testpki.TestFiles;
import io.tern.testpki.TestIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.assertj.core.data.TemporalUnitOffset;
import org.assertj.core.data.TemporalUnitWithinOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates that change, break and age while they are in use; stepped by hand.
class CertificateWatchTest {

    private static final int WARNING_DAYS = 30;

    private final TestAuthority authority = TestAuthority.of("root");
    private final RecordingEvents events = new RecordingEvents();
    private final Instant start = Instant.now();
    private long nowMillis = start.toEpochMilli();

    @TempDir
    private Path folder;

    private TestFiles files;
    private ListenerTls tls;
    private CertificateWatch watch;

    @BeforeEach
    void load() throws TlsException {
        files = authority.issue("one", "localhost").write(folder, "server");
        open(TlsOptions.of(files.certificate(), files.key()));
    }

    private void open(TlsOptions options) throws TlsException {
        close();
        tls = ListenerTls.load("mqtts", options, List.of("mqtt"), TlsProvider.best(),
                () -> nowMillis);
        watch = new CertificateWatch(events, () -> nowMillis, WARNING_DAYS);
        watch.add(tls);
    }

    @AfterEach
    void close() {
        if (tls != null) {
            tls.close();
            watch.close();
        }
    }

    /// Who the next handshake would present.
    private String served() {
        SSLEngine engine = tls.newHandler(null, UnpooledByteBufAllocator.DEFAULT).engine();
        ReferenceCountUtil.release(engine);
        String subject = tls.lives().getLast().what();
        return subject.substring("CN=".length());
    }

    private List<String> step() {
        watch.step();
        return events.take();
    }

    private TestIdentity until(String name, Duration left) {
        return authority.issue(Kind.EC, start.minus(Duration.ofDays(90)), start.plus(left), name, "localhost");
    }

    @Test
    void nothing_happens_while_nothing_changes() throws IOException {
        assertThat(step()).isEmpty();
        Files.setLastModifiedTime(files.certificate(), FileTime.from(start.plusSeconds(9)));
        assertThat(step()).isEmpty();
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void a_good_new_pair_is_used_at_once() {
        step();
        authority.issue("two", "localhost").write(folder, "server");
        assertThat(served()).isEqualTo("one");
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(served()).isEqualTo("two");
        assertThat(step()).isEmpty();
    }

    @Test
    void a_pair_met_half_way_is_no_alarm() {
        TestIdentity two = authority.issue("two", "localhost");
        TestIdentity.replace(files.certificate(), two.certificatesPem());
        assertThat(step()).isEmpty();
        assertThat(served()).isEqualTo("one");
        TestIdentity.replace(files.key(), two.keyPem());
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(served()).isEqualTo("two");
    }

    @Test
    void a_broken_one_keeps_the_old_and_is_told_once() throws IOException {
        TestIdentity.replace(files.certificate(), "nothing");
        assertThat(step()).isEmpty();
        assertThat(step()).containsExactly("broken server.crt: a certificate is damaged");
        assertThat(step()).isEmpty();
        assertThat(served()).isEqualTo("one");
        Files.delete(files.key());
        assertThat(step()).isEmpty();
        assertThat(step()).containsExactly("broken server.key: no such file");
        assertThat(step()).isEmpty();
        authority.issue("two", "localhost").write(folder, "server");
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(served()).isEqualTo("two");
    }

    @Test
    void a_key_without_line_ends_is_named_and_not_shown() throws IOException {
        TestIdentity.replace(files.key(), Files.readString(files.key()).replace("\n", ""));
        assertThat(step()).isEmpty();
        assertThat(step()).containsExactly("broken server.key: line 1: BEGIN with its label is not alone on its line");
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void what_was_refused_is_tried_again_though_its_files_stay_as_they_are() {
        step();
        authority.issue(Kind.EC, start.plusSeconds(3_600), start.plus(Duration.ofDays(90)), "later", "localhost")
                .write(folder, "server");
        assertThat(step()).isEmpty();
        assertThat(step()).singleElement().asString().startsWith("broken server.crt: the certificate is not valid");
        assertThat(step()).isEmpty();
        nowMillis += Duration.ofHours(2).toMillis();
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(served()).isEqualTo("later");
        assertThat(step()).isEmpty();
    }

    @Test
    void two_lists_in_a_file_are_told_of_each_once_a_day() throws Exception {
        TestAuthority plant = authority.intermediate("plant");
        Path crl = folder.resolve("ca.crl");
        TestIdentity.replace(crl, authority.revocationList(start.plus(Duration.ofDays(2)).plusSeconds(60))
                + plant.revocationList(start.plus(Duration.ofDays(3)).plusSeconds(60)));
        open(TlsOptions.of(files.certificate(), files.key())
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl));
        assertThat(step()).containsExactly("expiring ca.crl in 2", "expiring ca.crl in 3");
        assertThat(step()).isEmpty();
    }

    @Test
    void an_authority_that_ends_first_is_told_of_whether_it_stands_above_the_server_or_above_clients()
            throws Exception {
        Instant begin = start.minus(Duration.ofDays(90));
        TestAuthority plant = authority.intermediate("plant", begin, start.plus(Duration.ofDays(5)).plusSeconds(60));
        TestAuthority clients = TestAuthority.of("clients", begin, start.plus(Duration.ofDays(7)).plusSeconds(60));
        TestAuthority past = TestAuthority.of("past", begin, start.minus(Duration.ofDays(1)));
        files = plant.issue("one", "localhost").write(folder, "server");
        Path bundle = folder.resolve("ca");
        TestIdentity.replace(bundle, TestIdentity.pem(past.certificate()) + TestIdentity.pem(clients.certificate()));
        open(TlsOptions.of(files.certificate(), files.key()).withClients(bundle, ClientAuth.REQUIRED, null));
        assertThat(step()).containsExactly("expiring ca in 7", "expiring server.crt in 5");
        nowMillis += Duration.ofDays(6).toMillis();
        assertThat(step()).containsExactly("expiring ca in 1", "expiring server.crt in -1");
        assertThat(step()).isEmpty();
    }

    @Test
    void contexts_are_given_back_when_a_later_one_can_not_be_made() {
        TlsOptions nowhere = TlsOptions.of(files.certificate(), files.key())
                .withOthers(List.of(new IdentityFiles(null, null, null, null)));
        for (int i = 0; i < 20; i++) { // LeakWatch looks for them.
            assertThatThrownBy(() -> open(nowhere)).isInstanceOf(NullPointerException.class);
        }
    }

    @Test
    void a_short_life_is_told_of_in_its_last_third() {
        step();
        authority.issue(Kind.EC, start.minus(Duration.ofDays(1)), start.plus(Duration.ofDays(6)).plusSeconds(60),
                "week", "localhost").write(folder, "server");
        assertThat(step()).containsExactly("replaced server.crt");
        nowMillis += Duration.ofDays(4).toMillis();
        assertThat(step()).containsExactly("expiring server.crt in 2");
        assertThat(step()).isEmpty();
    }

    @Test
    void the_old_one_put_back_ends_the_alarm() throws IOException {
        String before = Files.readString(files.certificate());
        TestIdentity.replace(files.certificate(), "nothing");
        step();
        assertThat(step()).hasSize(1);
        TestIdentity.replace(files.certificate(), before);
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(served()).isEqualTo("one");
        assertThat(step()).isEmpty();
    }

    @Test
    void one_that_has_expired_or_is_not_valid_yet_does_not_replace_a_good_one() {
        until("late", Duration.ofDays(-1)).write(folder, "server");
        step();
        assertThat(step()).singleElement().asString().startsWith("broken server.crt: the certificate has expired at ");
        authority.issue(Kind.EC, start.plus(Duration.ofDays(2)), start.plus(Duration.ofDays(9)), "early")
                .write(folder, "server");
        step();
        assertThat(step()).singleElement().asString().startsWith("broken server.crt: the certificate is not valid ");
        assertThat(served()).isEqualTo("one");
    }

    @Test
    void its_end_is_told_daily_when_it_is_near() throws TlsException {
        until("short", Duration.ofDays(31).plusHours(1)).write(folder, "server");
        open(TlsOptions.of(files.certificate(), files.key()));
        assertThat(step()).isEmpty();
        nowMillis += Duration.ofDays(1).toMillis();
        assertThat(step()).containsExactly("expiring server.crt in 30");
        assertThat(step()).isEmpty();
        nowMillis += Duration.ofDays(1).toMillis();
        assertThat(step()).containsExactly("expiring server.crt in 29");
        nowMillis += Duration.ofDays(30).toMillis();
        assertThat(step()).containsExactly("expiring server.crt in -1");
        until("longer", Duration.ofDays(70)).write(folder, "server");
        assertThat(step()).containsExactly("replaced server.crt");
        assertThat(step()).isEmpty();
        assertThat(tls.lives()).singleElement().satisfies(life ->
                assertThat(life.notAfter()).isCloseTo(start.plus(Duration.ofDays(70)), within()));
    }

    @Test
    void a_new_one_that_ends_soon_as_well_ends_no_alarm() throws TlsException {
        until("short", Duration.ofDays(5).plusHours(1)).write(folder, "server");
        open(TlsOptions.of(files.certificate(), files.key()));
        assertThat(step()).containsExactly("expiring server.crt in 5");
        until("short too", Duration.ofDays(5).plusHours(2)).write(folder, "server");
        assertThat(step()).containsExactly("replaced server.crt", "expiring server.crt in 5");
    }

    private static TemporalUnitOffset within() {
        return new TemporalUnitWithinOffset(1, ChronoUnit.SECONDS);
    }

    @Test
    void a_start_with_an_expired_one_is_possible_and_told() throws TlsException {
        until("late", Duration.ofDays(-3).plusHours(1)).write(folder, "server");
        open(TlsOptions.of(files.certificate(), files.key()));
        assertThat(step()).containsExactly("expiring server.crt in -3");
        assertThat(served()).isEqualTo("late");
    }

    @Test
    void revocation_lists_are_watched_too() throws Exception {
        Path crl = folder.resolve("ca.crl");
        Files.writeString(crl, authority.revocationList(start.plus(Duration.ofDays(40))));
        open(TlsOptions.of(files.certificate(), files.key())
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl));
        assertThat(step()).isEmpty();
        X509Certificate gone = authority.issue("gone").certificate();
        TestIdentity.replace(crl, authority.revocationList(start.plus(Duration.ofDays(6).plusHours(1)), gone));
        assertThat(step()).containsExactly("replaced ca.crl", "expiring ca.crl in 6");
        TestIdentity.replace(crl, authority.revocationList(start.minus(Duration.ofDays(1))));
        step();
        assertThat(step()).singleElement().asString().startsWith("broken ca.crl: the revocation list is out of date");
    }

    @Test
    void a_list_that_can_tell_of_nobody_replaces_none_that_can() throws Exception {
        Path crl = folder.resolve("ca.crl");
        Instant end = start.plus(Duration.ofDays(40));
        Instant begin = start.minus(Duration.ofDays(1));
        Files.writeString(crl, authority.revocationList(begin, end, null));
        open(TlsOptions.of(files.certificate(), files.key())
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl));
        Map<String, String> useless = Map.of(
                authority.revocationList(start.plus(Duration.ofDays(1)), end, null), "is not valid before ",
                TestAuthority.of("other").revocationList(begin, end, null), "is of none of the authorities of clients",
                TestAuthority.of("root").revocationList(begin, end, null), "is not signed by the authority of that",
                authority.revocationList(begin, end, "2.5.29.27"), "holds changes to another list only",
                authority.revocationList(begin, end, "2.5.29.28"), "is for a part of the certificates only",
                authority.revocationList(begin, end, "1.2.3.4"), "has critical extensions that are not known here");
        for (Map.Entry<String, String> each : useless.entrySet()) {
            TestIdentity.replace(crl, each.getKey());
            assertThat(step()).isEmpty();
            assertThat(step()).singleElement().asString().startsWith("broken ca.crl: ").contains(each.getValue());
        }
        X509Certificate gone = authority.issue("gone").certificate();
        TestIdentity.replace(crl, authority.revocationList(begin, end, null) // What tells beside them is taken.
                + authority.revocationList(begin, end, "2.5.29.27", gone));
        assertThat(step()).containsExactly("replaced ca.crl");
    }

    @Test
    void lists_of_an_authority_whose_certificate_clients_show_are_taken() throws Exception {
        Path crl = folder.resolve("ca.crl");
        TestAuthority plant = authority.intermediate("plant");
        Instant begin = start.minus(Duration.ofDays(1));
        Instant end = start.plus(Duration.ofDays(40));
        Files.writeString(crl, plant.revocationList(begin, end, null));
        open(TlsOptions.of(files.certificate(), files.key())
                .withClients(authority.write(folder, "ca"), ClientAuth.REQUIRED, crl));
        TestIdentity.replace(crl, plant.revocationList(begin, end, null, plant.issue("gone").certificate()));
        assertThat(step()).containsExactly("replaced ca.crl");
    }

    @Test
    void it_looks_by_itself_once_started() throws InterruptedException {
        authority.issue("two", "localhost").write(folder, "server");
        watch.start(Duration.ofMillis(1));
        while (!served().equals("two")) {
            Thread.onSpinWait();
        }
    }
}
