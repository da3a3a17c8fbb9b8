package io.tern.store.archive;

import java.io.IOException;
import java.util.Base64;
import java.util.Locale;

/// Writes one JSON object a line.
final class JsonWriter {

    private final Appendable out;
    private boolean comma;
    private long lines;

    JsonWriter(Appendable out) {
        this.out = out;
    }

    /// @return lines that were ended
    long lines() {
        return lines;
    }

    /// Begins a line with one object of that name in it.
    JsonWriter line(String name) throws IOException {
        out.append("{\"").append(name).append("\":{");
        comma = false;
        return this;
    }

    void endLine() throws IOException {
        out.append("}}\n");
        lines++;
    }

    JsonWriter begin(String name) throws IOException {
        name(name);
        out.append('{');
        comma = false;
        return this;
    }

    JsonWriter end() throws IOException {
        out.append('}');
        comma = true;
        return this;
    }

    private void name(String name) throws IOException {
        if (comma) {
            out.append(',');
        }
        out.append('"').append(name).append("\":");
        comma = true;
    }

    JsonWriter put(String name, long value) throws IOException {
        name(name);
        out.append(Long.toString(value));
        return this;
    }

    JsonWriter put(String name, boolean value) throws IOException {
        name(name);
        out.append(Boolean.toString(value));
        return this;
    }

    JsonWriter put(String name, int[] values) throws IOException {
        name(name);
        char separator = '[';
        for (int value : values) {
            out.append(separator).append(Integer.toString(value));
            separator = ',';
        }
        out.append(']');
        return this;
    }

    JsonWriter put(String name, byte[] value) throws IOException {
        name(name);
        out.append('"').append(Base64.getEncoder().encodeToString(value)).append('"');
        return this;
    }

    JsonWriter put(String name, String value) throws IOException {
        name(name);
        out.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == 0x7F) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
        return this;
    }
}
