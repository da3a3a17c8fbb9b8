package io.tern.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sets up the log: to standard error, since standard output belongs to the commands. `TERN_LOG_LEVEL` says how much,
/// or else `log.level` in the configuration.
///
/// In code, not in XML: reading that takes a quarter of the time in which a broker starts.
public final class LogSetup extends ContextAwareBase implements Configurator {

    /// How much there is to read.
    enum Words {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }

    private static final String VARIABLE = "TERN_LOG_LEVEL";

    /// Called by the logging library, which finds it as a service.
    public LogSetup() {}

    /// Says how much from now on, unless the environment has said so.
    static void level(Words words) {
        if (System.getenv(VARIABLE) == null && LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.toLevel(words.name()));
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level %logger{0}: %msg%n");
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(encoder);
        console.start();
        context.getLogger("io.netty").setLevel(Level.WARN);
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(System.getenv(VARIABLE), Level.INFO));
        root.addAppender(console);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
