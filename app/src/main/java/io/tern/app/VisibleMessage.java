package io.tern.app;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.tern.api.Visible;

/// The message of a line of the log, in which nothing can end the line or steer a terminal, whoever chose it.
final class VisibleMessage extends ClassicConverter {

    VisibleMessage() {}

    @Override
    public String convert(ILoggingEvent event) {
        return Visible.of(event.getFormattedMessage());
    }
}
