package io.tern.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Reads and writes JSON (RFC 8259). Objects are maps in the order of the text, arrays are lists, whole numbers are
/// `Long`, or `BigInteger` beyond its range, others `Double`; texts, truth and null are what they are in Java.
///
/// Reading is strict, since what is read comes from others: one value and nothing behind it, each name once in its
/// object, valid UTF-8 and no half of a character, at most [#DEPTH_MAX] values in each other. For any thread.
public final class Json {

    /// Most bytes that are read, unless somebody asks for more.
    public static final int BYTES_MAX = 1024 * 1024;

    /// Most objects and arrays in each other.
    public static final int DEPTH_MAX = 64;

    private Json() {}

    /// Reads a value.
    ///
    /// @param utf8 at most [#BYTES_MAX]; may begin with a byte order mark
    /// @return the value; null stands for the word null
    /// @throws JsonException if it is none, or more than is read
    public static Object read(byte[] utf8) throws JsonException {
        if (utf8.length > BYTES_MAX) {
            throw new JsonException("more than " + BYTES_MAX + " bytes");
        }
        try {
            // Unlike the parser's own decoding this takes no half of a surrogate pair.
            String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
            return JsonReader.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
        } catch (CharacterCodingException e) {
            throw new JsonException("not UTF-8");
        }
    }

    /// Reads a value.
    ///
    /// @param text of any length: whoever has made it has bounded it
    /// @return as above
    /// @throws JsonException as above
    public static Object read(String text) throws JsonException {
        return JsonReader.read(text);
    }

    /// Reads an object.
    ///
    /// @param utf8 as in [#read]
    /// @return its members; null if it is no JSON, or none that is an object
    public static Map<String, Object> object(byte[] utf8) {
        try {
            return object(read(utf8));
        } catch (JsonException e) {
            return null;
        }
    }

    /// Takes a value for an object.
    ///
    /// @param value as read
    /// @return its members; null if it is none
    @SuppressWarnings("unchecked") // All maps that are read have texts as keys.
    public static Map<String, Object> object(Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : null;
    }

    /// Takes a value for an array.
    ///
    /// @param value as read
    /// @return its items; null if it is none
    @SuppressWarnings("unchecked")
    public static List<Object> array(Object value) {
        return value instanceof List<?> list ? (List<Object>) list : null;
    }

    /// Writes a value on one line. What isn't seen as what it is, such as controls, marks that turn the direction of
    /// writing, and line separators, is escaped: it can be shown on a terminal, whoever has chosen it.
    ///
    /// @param value a map, a list, a text, a number, a Boolean or null; whatever else is taken for its text
    /// @return JSON
    public static String text(Object value) {
        return JsonText.of(value);
    }

    /// Writes a value as [#text] does.
    ///
    /// @param value as there
    /// @return UTF-8
    public static byte[] bytes(Object value) {
        return JsonText.of(value).getBytes(StandardCharsets.UTF_8);
    }
}
