package io.tern.broker.defence;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tern.api.AddressRange;
import java.util.Locale;

/// Keeps somebody out.
///
/// @param kind what it goes by
/// @param value of that kind
/// @param by who has made it: a user name, or the name of a defence
/// @param reason for the operator
/// @param atMillis since when, milliseconds since 1970
/// @param untilMillis until when; [#FOR_EVER]
/// @param automatic whether a defence has made it, which must not undo what an operator wants
public record Ban(
        Kind kind, String value, String by, String reason, long atMillis, long untilMillis, boolean automatic) {

    /// Stands for no end.
    public static final long FOR_EVER = Long.MAX_VALUE;

    private static final int VALUE_CHARS_MAX = 1024;
    private static final int TEXT_CHARS_MAX = 256;

    /// What a ban goes by.
    public enum Kind {
        /// One client identifier.
        CLIENT,
        /// One user name.
        USER,
        /// One address, or all of a range.
        ADDRESS,
        /// All client identifiers that fit a regular expression of RE2 as a whole.
        CLIENT_REGEX,
        /// All user names that fit a regular expression of RE2 as a whole.
        USER_REGEX;

        /// The word for it.
        ///
        /// @return lower case
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /// Finds a kind by its word.
        ///
        /// @param word as in [#word]
        /// @return the kind
        /// @throws IllegalArgumentException if there is none
        public static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.word().equals(word)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException(
                    "'" + word + "' is none of client, user, address, client_regex, user_regex");
        }
    }

    /// Checks it.
    ///
    /// @throws IllegalArgumentException if the value is none of its kind
    public Ban {
        if (value.isEmpty() || value.length() > VALUE_CHARS_MAX) {
            throw new IllegalArgumentException("the value has to have 1 to " + VALUE_CHARS_MAX + " characters");
        }
        by = shortened(by);
        reason = shortened(reason);
        switch (kind) {
            case ADDRESS -> AddressRange.of(value);
            case CLIENT_REGEX, USER_REGEX -> {
                ExpressionSize.check(value);
                try {
                    Pattern.compile(value);
                } catch (PatternSyntaxException e) {
                    throw new IllegalArgumentException("'" + value + "' is no regular expression: "
                            + e.getDescription(), e);
                }
            }
            case CLIENT, USER -> { }
        }
    }

    /// One that an operator has made.
    ///
    /// @param kind as above
    /// @param value as above
    /// @param by as above
    /// @param reason as above
    /// @param atMillis as above
    /// @param untilMillis as above
    /// @throws IllegalArgumentException as above
    public Ban(Kind kind, String value, String by, String reason, long atMillis, long untilMillis) {
        this(kind, value, by, reason, atMillis, untilMillis, false);
    }

    /// Never within a character: what is left has to be a text that can be written and read again.
    private static String shortened(String text) {
        if (text.length() <= TEXT_CHARS_MAX) {
            return text;
        }
        boolean within = Character.isHighSurrogate(text.charAt(TEXT_CHARS_MAX - 1));
        return text.substring(0, within ? TEXT_CHARS_MAX - 1 : TEXT_CHARS_MAX);
    }

    /// Whether it is over.
    ///
    /// @param nowMillis the time
    /// @return true from its end on
    public boolean isOver(long nowMillis) {
        return nowMillis >= untilMillis;
    }
}
