package io.tern.cli;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.Publish;
import io.tern.wire.UserProperty;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.List;

/// Writes messages to standard output, byte for byte as mosquitto_sub does.
final class MessagePrinter {

    private static final byte[] HEX_LOWER = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HEX_UPPER = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    /// What to print besides the payload.
    ///
    /// @param format null for payload only, or topic and payload
    /// @param verbose topic and payload; only without a format
    /// @param lineEnd a line end after each message
    /// @param pretty JSON with line ends and tabs
    record Style(List<OutputFormat.Part> format, boolean verbose, boolean lineEnd, boolean pretty) { }

    private final Style style;
    private final PrintStream out;
    private final Clock clock;
    private String complaint;

    MessagePrinter(Style style, PrintStream out, Clock clock) {
        this.style = style;
        this.out = out;
        this.clock = clock;
    }

    /// Prints one message.
    ///
    /// @return what is wrong with it, for standard error; null if nothing
    String print(Publish message) {
        complaint = null;
        if (style.format != null) {
            ZonedDateTime now = ZonedDateTime.now(clock);
            style.format.forEach(part -> print(part, message, now));
            lineEnd();
        } else if (style.verbose) {
            printVerbose(message);
        } else if (message.payload().length > 0) {
            write(message.payload());
            lineEnd();
        }
        return complaint;
    }

    private void printVerbose(Publish message) {
        if (message.payload().length > 0) {
            write(message.topic().utf8());
            out.write(' ');
            write(message.payload());
            lineEnd();
        } else if (style.lineEnd) {
            write(message.topic().utf8());
            write(" (null)\n");
        }
    }

    private void lineEnd() {
        if (style.lineEnd) {
            out.write('\n');
        }
    }

    private void write(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    private void write(String text) {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    private void print(OutputFormat.Part part, Publish message, ZonedDateTime now) {
        switch (part) {
            case OutputFormat.Literal literal -> write(literal.bytes());
            case OutputFormat.Time time -> write(time.conversion() == 'N' ? nanos(now)
                    : Strftime.format(time.conversion(), now));
            case OutputFormat.Parameter parameter -> print(parameter, message, now);
        }
    }

    private static String nanos(ZonedDateTime now) {
        return Integer.toString(1_000_000_000 + now.getNano()).substring(1);
    }

    private void print(OutputFormat.Parameter p, Publish message, ZonedDateTime now) {
        switch (p.name()) {
            case '%' -> out.write('%');
            case 'A' -> number(p, message, Property.TOPIC_ALIAS);
            case 'C' -> text(p, message, Property.CONTENT_TYPE);
            case 'D' -> binary(message, Property.CORRELATION_DATA);
            case 'E' -> number(p, message, Property.MESSAGE_EXPIRY_INTERVAL);
            case 'F' -> number(p, message, Property.PAYLOAD_FORMAT_INDICATOR);
            case 'I' -> text(p, (Strftime.format('F', now) + "T" + Strftime.format('T', now)
                    + Strftime.format('z', now)).getBytes(StandardCharsets.US_ASCII));
            case 'j', 'J' -> json(p.name() == 'J', message, now);
            case 'l' -> number(p, message.payload().length);
            case 'm' -> number(p, message.packetId());
            case 'P' -> userProperties(message.properties());
            case 'p' -> payload(p, message.payload());
            case 'q' -> out.write('0' + message.qos());
            case 'R' -> text(p, message, Property.RESPONSE_TOPIC);
            case 'r' -> out.write(message.retain() ? '1' : '0');
            case 'S' -> number(p, message, Property.SUBSCRIPTION_IDENTIFIER);
            case 't' -> text(p, message.topic().utf8());
            case 'U' -> write(now.toEpochSecond() + "." + nanos(now));
            case 'x' -> hex(p, message.payload(), HEX_LOWER);
            case 'X' -> hex(p, message.payload(), HEX_UPPER);
            default -> throw new IllegalStateException("parameter " + p.name());
        }
    }

    private void pad(int count, char with) {
        for (int i = 0; i < count; i++) {
            out.write(with);
        }
    }

    private static char padding(OutputFormat.Parameter p) {
        return p.zeroPadded() && !p.leftAligned() ? '0' : ' ';
    }

    private void padded(OutputFormat.Parameter p, char padding, byte[] bytes) {
        int missing = p.width() - bytes.length;
        if (!p.leftAligned()) {
            pad(missing, padding);
        }
        write(bytes);
        if (p.leftAligned()) {
            pad(missing, ' ');
        }
    }

    private void number(OutputFormat.Parameter p, long value) {
        padded(p, padding(p), Long.toString(value).getBytes(StandardCharsets.US_ASCII));
    }

    private void number(OutputFormat.Parameter p, Publish message, Property property) {
        if (message.properties().has(property)) {
            number(p, message.properties().number(property, 0));
        } else {
            pad(p.width(), p.zeroPadded() ? '0' : ' ');
        }
    }

    private void text(OutputFormat.Parameter p, byte[] bytes) {
        byte[] shown = p.maxWidth() >= 0 && p.maxWidth() < bytes.length ? Arrays.copyOf(bytes, p.maxWidth()) : bytes;
        padded(p, ' ', shown);
    }

    // A response topic that is not there takes no room, whatever its width; a content type does.
    private void text(OutputFormat.Parameter p, Publish message, Property property) {
        String value = message.properties().string(property);
        if (value != null) {
            text(p, value.getBytes(StandardCharsets.UTF_8));
        } else if (property == Property.CONTENT_TYPE) {
            pad(p.width(), ' ');
        }
    }

    private void binary(Publish message, Property property) {
        byte[] value = message.properties().binary(property);
        if (value != null) {
            write(value);
        }
    }

    private void userProperties(Properties properties) {
        String separator = "";
        for (UserProperty user : properties.userProperties()) {
            write(separator + user.name() + ":" + user.value());
            separator = " ";
        }
    }

    private void payload(OutputFormat.Parameter p, byte[] payload) {
        boolean tooLong = p.width() > 0 && p.width() < payload.length;
        padded(p, padding(p), tooLong ? Arrays.copyOf(payload, p.width()) : payload);
    }

    // With a width mosquitto_sub first cuts to as many bytes and then shows half of them. Scripts that line up
    // columns by it depend on that.
    private void hex(OutputFormat.Parameter p, byte[] payload, byte[] digits) {
        int count = p.width() > 0 ? Math.min(payload.length, p.width()) / 2 : payload.length;
        byte[] text = new byte[2 * count];
        for (int i = 0; i < count; i++) {
            text[2 * i] = digits[payload[i] >> 4 & 0xF];
            text[2 * i + 1] = digits[payload[i] & 0xF];
        }
        padded(p, padding(p), text);
    }

    private void json(boolean payloadAsJson, Publish message, ZonedDateTime now) {
        LooseJson json = MessageJson.of(message, payloadAsJson, now);
        if (json == null) {
            complaint = "Error: Message payload is not valid JSON on topic " + message.topic().value() + ".";
        } else {
            write(LooseJson.print(json, style.pretty).getBytes(StandardCharsets.ISO_8859_1));
        }
    }
}
