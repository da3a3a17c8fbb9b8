package io.tern.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What a line of the log looks like.
class LogSetupTest {

    private static String line(LogSetup.Format format, String message) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        LoggingEvent event = new LoggingEvent(
                "x", context.getLogger("io.tern.Some"), Level.INFO, message, null, new Object[0]);
        byte[] bytes = LogSetup.encoder(format, context).encode(event);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void a_message_is_one_line_of_readable_characters() {
        assertThat(line(LogSetup.Format.TEXT, "a\nb\u001B[2J \u202Eä"))
                .matches("\\d{4}-.* INFO  Some: a\\\\u000Ab\\\\u001B\\[2J \\\\u202Eä\\R");
    }

    @Test
    void for_programs_it_is_an_object_of_json() {
        assertThat(line(LogSetup.Format.JSON, "say \"a\"\nb"))
                .startsWith("{\"timestamp\":").endsWith("}\n").hasLineCount(1)
                .contains("\"level\":\"INFO\"", "\"formattedMessage\":\"say \\\"a\\\"\\nb\"");
    }
}
