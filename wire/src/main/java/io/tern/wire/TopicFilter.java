package io.tern.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What a subscription asks for: topic levels, with `+` for one level and `#` for all that follow.
///
/// A shared subscription is written `$share/{name}/{filter}` (section 4.8.2); the parts are told apart here, in every
/// version. Keeps the text alone, so that a million of them stay small. Immutable; equal by [#value].
public final class TopicFilter {

    private static final String SHARE = "$share/";
    private static final byte[] SHARE_UTF8 = SHARE.getBytes(StandardCharsets.US_ASCII);

    private final String value;
    private final int filterStart;
    private final boolean wildcard;

    private TopicFilter(String value, int filterStart, boolean wildcard) {
        this.value = value;
        this.filterStart = filterStart;
        this.wildcard = wildcard;
    }

    /// Checks a text and makes a filter of it.
    ///
    /// @param value 1 to 65,535 bytes of UTF-8
    /// @return the filter
    /// @throws InvalidTopicException saying what is wrong
    public static TopicFilter of(String value) {
        byte[] utf8 = Topics.encode(value);
        checkLevels(utf8, 0, utf8.length);
        return checked(value);
    }

    /// Checks bytes and makes a filter of them.
    ///
    /// @param src holds the bytes
    /// @param offset of the first
    /// @param length 1 to 65,535
    /// @return the filter
    /// @throws InvalidTopicException saying what is wrong
    public static TopicFilter ofUtf8(byte[] src, int offset, int length) {
        Topics.check(src, offset, length);
        checkLevels(src, offset, length);
        return ofChecked(src, offset, length);
    }

    /// Whether bytes name a shared subscription's group.
    ///
    /// @param src holds the bytes of a filter
    /// @param offset of the first
    /// @param length how many
    /// @return true if they begin with `$share/`
    public static boolean isShared(byte[] src, int offset, int length) {
        return length >= SHARE_UTF8.length
                && Arrays.equals(src, offset, offset + SHARE_UTF8.length, SHARE_UTF8, 0, SHARE_UTF8.length);
    }

    /// Makes a filter of bytes that were checked.
    static TopicFilter ofChecked(byte[] src, int offset, int length) {
        return checked(Utf8.decode(src, offset, length));
    }

    private static TopicFilter checked(String value) {
        int start = value.startsWith(SHARE) ? value.indexOf('/', SHARE.length()) + 1 : 0;
        boolean wildcard = value.indexOf('+', start) >= 0 || value.indexOf('#', start) >= 0;
        return new TopicFilter(value, start, wildcard);
    }

    /// Whether bytes that are a text are a filter; nothing is made of them. In UTF-8 those of `/`, `+` and `#` stand
    /// for nothing else.
    ///
    /// @param src holds the bytes
    /// @param offset of the first
    /// @param length 0 to 65,535
    /// @throws InvalidTopicException saying what is wrong
    public static void checkLevels(byte[] src, int offset, int length) {
        if (length == 0) {
            throw new InvalidTopicException("MQTT-4.7.3-1", "empty topic filter");
        }
        int end = offset + length;
        int start = isShared(src, offset, length) ? startAfterShareName(src, offset, end) : offset;
        for (int i = start; i < end; i++) {
            byte c = src[i];
            if (c != '+' && c != '#') {
                continue;
            }
            boolean startsLevel = i == start || src[i - 1] == '/';
            boolean last = i + 1 == end;
            if (c == '#' && !(startsLevel && last)) {
                throw fault("MQTT-4.7.1-1", "'#' is not the last level of '", src, offset, end);
            }
            if (c == '+' && !(startsLevel && (last || src[i + 1] == '/'))) {
                throw fault("MQTT-4.7.1-2", "'+' is not a whole level of '", src, offset, end);
            }
        }
    }

    private static int startAfterShareName(byte[] src, int offset, int end) {
        int nameStart = offset + SHARE_UTF8.length;
        int nameEnd = nameStart;
        while (nameEnd < end && src[nameEnd] != '/') {
            if (src[nameEnd] == '+' || src[nameEnd] == '#') {
                throw fault("MQTT-4.8.2-2", "wildcard in the share name of '", src, offset, end);
            }
            nameEnd++;
        }
        if (nameEnd == nameStart) {
            throw fault("MQTT-4.8.2-1", "no share name in '", src, offset, end);
        }
        if (nameEnd + 1 >= end) {
            throw fault("MQTT-4.8.2-2", "no topic filter after the share name in '", src, offset, end);
        }
        return nameEnd + 1;
    }

    private static InvalidTopicException fault(String statement, String what, byte[] src, int offset, int end) {
        return new InvalidTopicException(statement, what + Utf8.decode(src, offset, end - offset) + "'");
    }

    /// The text as it was sent, with `$share/{name}/` if it has that.
    ///
    /// @return never empty
    public String value() {
        return value;
    }

    /// The name of the shared subscription's group.
    ///
    /// @return null if this is no shared subscription
    public String shareName() {
        return filterStart == 0 ? null : value.substring(SHARE.length(), filterStart - 1);
    }

    /// Whether this is a shared subscription.
    ///
    /// @return true if it has a share name
    public boolean isShared() {
        return filterStart != 0;
    }

    /// The filter proper, without `$share/{name}/`.
    ///
    /// @return never empty
    public String filter() {
        return value.substring(filterStart);
    }

    /// The levels of [#filter], split at each `/`; a level may be empty. Made anew by each call.
    ///
    /// @return at least one
    public String[] levels() {
        List<String> levels = new ArrayList<>();
        int start = filterStart;
        for (int slash = value.indexOf('/', start); slash >= 0; slash = value.indexOf('/', start)) {
            levels.add(value.substring(start, slash));
            start = slash + 1;
        }
        levels.add(value.substring(start));
        return levels.toArray(String[]::new);
    }

    /// Whether a `+` or `#` is in [#filter].
    ///
    /// @return false if it matches just one name
    public boolean hasWildcard() {
        return wildcard;
    }

    /// Whether a name is one of those asked for. `a/#` matches `a`, too; a filter that begins with a wildcard matches
    /// no name that begins with `$` [MQTT-4.7.2-1].
    ///
    /// @param name any name
    /// @return true if it matches
    public boolean matches(TopicName name) {
        String topic = name.value();
        int topicChars = topic.length();
        int filterChars = value.length();
        int f = filterStart;
        int t = 0;
        char firstChar = value.charAt(f);
        if ((firstChar == '+' || firstChar == '#') && topicChars > 0 && topic.charAt(0) == '$') {
            return false;
        }
        while (f < filterChars) {
            char c = value.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (t < topicChars && topic.charAt(t) != '/') {
                    t++;
                }
                f++;
            } else if (t < topicChars && topic.charAt(t) == c) {
                f++;
                t++;
            } else {
                // "a/#" against "a": the name ends where the filter's last two characters begin.
                return t == topicChars && c == '/' && f + 2 == filterChars && value.charAt(f + 1) == '#';
            }
        }
        return t == topicChars;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || other instanceof TopicFilter that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
