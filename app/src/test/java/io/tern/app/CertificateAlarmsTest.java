package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.tern.testpki.TestAuthority;
import io.tern.testpki.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// What a server says of a certificate that will end soon.
class CertificateAlarmsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    /// Keeps the lines of the log that name something.
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Queue<String> kept = new ConcurrentLinkedQueue<>();
        private final String name;

        Lines(String name) {
            this.name = name;
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getFormattedMessage().contains(name)) {
                kept.add(event.getLevel() + " " + event.getFormattedMessage());
            }
        }
    }

    @Test
    void a_certificate_that_ends_soon_is_told_of_once() throws Exception {
        Instant now = Instant.now();
        TestFiles files = TestAuthority.of("root")
                .issue(TestAuthority.Kind.EC, now.minus(Duration.ofDays(30)), now.plus(Duration.ofHours(60)), "server",
                        "localhost")
                .write(folder, "server");
        Path config = Files.writeString(folder.resolve("tern.yaml"), """
                data_dir: %s/data
                listeners: {mqtt: {port: 0}, ws: {port: 0}, mqtts: {port: 0, tls: {certificate: %s, key: %s}}}
                """.formatted(folder, files.certificate(), files.key()));
        Lines lines = new Lines(files.certificate().toString());
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        lines.start();
        root.addAppender(lines);
        try (Server server = Server.start(Settings.read(config), config, () -> Settings.read(config))) {
            long start = System.nanoTime();
            while (lines.kept.isEmpty()) {
                assertThat(System.nanoTime() - start).as("waited at %s", server).isLessThan(PATIENCE.toNanos());
                Thread.onSpinWait();
            }
        } finally { // When what waits has been written.
            root.detachAppender(lines);
        }
        assertThat(lines.kept).singleElement().asString()
                .startsWith("WARN ")
                .contains("WARN alarm certificate/mqtts: ", "expires in 2 days, at ");
    }
}
