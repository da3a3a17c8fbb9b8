package io.tern.json;

import java.io.IOException;
import java.util.Base64;

/// Writes one JSON object a line, member after member, so that nothing is held however long it gets. Escapes as
/// [Json#text] does. For one thread.
public final class JsonLines {

    private final Appendable out;
    private final StringBuilder line = new StringBuilder(256);
    private boolean comma;
    private long lines;

    /// Begins with the first line.
    ///
    /// @param out gets each line when it is whole; not closed
    public JsonLines(Appendable out) {
        this.out = out;
    }

    /// @return lines that were ended
    public long lines() {
        return lines;
    }

    /// Begins a line with one object of that name in it.
    ///
    /// @param name of its only member
    /// @return this
    public JsonLines line(String name) {
        line.append('{');
        JsonText.quote(name, line);
        line.append(":{");
        comma = false;
        return this;
    }

    /// Ends the line.
    ///
    /// @throws IOException if it can't be written
    public void endLine() throws IOException {
        out.append(line.append("}}\n"));
        line.setLength(0);
        lines++;
    }

    /// Begins an object within this one.
    ///
    /// @param name of the member
    /// @return this
    public JsonLines begin(String name) {
        name(name);
        line.append('{');
        comma = false;
        return this;
    }

    /// Ends it.
    ///
    /// @return this
    public JsonLines end() {
        line.append('}');
        comma = true;
        return this;
    }

    private void name(String name) {
        if (comma) {
            line.append(',');
        }
        JsonText.quote(name, line);
        line.append(':');
        comma = true;
    }

    /// Adds a member.
    ///
    /// @param name its name
    /// @param value a number
    /// @return this
    public JsonLines put(String name, long value) {
        name(name);
        line.append(value);
        return this;
    }

    /// Adds a member.
    ///
    /// @param name its name
    /// @param value true or false
    /// @return this
    public JsonLines put(String name, boolean value) {
        name(name);
        line.append(value);
        return this;
    }

    /// Adds a member.
    ///
    /// @param name its name
    /// @param values an array of numbers
    /// @return this
    public JsonLines put(String name, int[] values) {
        name(name);
        line.append('[');
        for (int i = 0; i < values.length; i++) {
            line.append(i == 0 ? "" : ",").append(values[i]);
        }
        line.append(']');
        return this;
    }

    /// Adds a member.
    ///
    /// @param name its name
    /// @param value to be written in Base64
    /// @return this
    public JsonLines put(String name, byte[] value) {
        name(name);
        line.append('"').append(Base64.getEncoder().encodeToString(value)).append('"');
        return this;
    }

    /// Adds a member.
    ///
    /// @param name its name
    /// @param value a text
    /// @return this
    public JsonLines put(String name, String value) {
        name(name);
        JsonText.quote(value, line);
        return this;
    }
}
