package io.tern.wire;

import java.math.BigDecimal;

/// The grammar of `$delayed/{seconds}/{topic}`, by which a message goes to a topic not now but some time later; and the
/// name of the user property by which a client of MQTT 5.0 names the time instead.
///
/// The seconds are digits, with a point and up to three more if they are not whole, in one way only: nothing in front
/// of a digit, no zero before another digit. The topic behind them is one that the client could publish to at once, be
/// it one that goes to one client alone, see [PointToPoint].
public final class Delayed {

    /// What all its topics begin with.
    public static final String PREFIX = "$delayed/";

    /// The longest delay. Unit: seconds.
    public static final long SECONDS_MAX = 42_949_670;

    /// Name of a user property of PUBLISH: its value is when the message is to be delivered, in milliseconds since
    /// 1970, digits only.
    public static final String DELIVER_AT = "tern-deliver-at";

    private static final long MILLIS_A_SECOND = 1000;
    private static final int FRACTION_DIGITS = 3;
    private static final int SECONDS_DIGITS = 8;
    /// Enough for any time within the longest delay from now.
    private static final int TIME_DIGITS = 15;
    private static final long MALFORMED = -1;

    private Delayed() {}

    /// Whether a topic is one of these, well-formed or not.
    ///
    /// @param topic any
    /// @return whether it begins with [#PREFIX]
    public static boolean is(String topic) {
        return !topic.isEmpty() && topic.charAt(0) == '$' && topic.startsWith(PREFIX);
    }

    /// What is wrong with a topic that begins so.
    ///
    /// @param topic that begins with [#PREFIX]
    /// @return for people; null if nothing is
    public static String fault(TopicName topic) {
        String text = topic.value();
        int end = secondsEnd(text);
        if (end < 0 || end == text.length() - 1) {
            return "it is not " + PREFIX + "{seconds}/{topic}";
        }
        long millis = parsed(text, PREFIX.length(), end);
        if (millis <= 0 || millis > SECONDS_MAX * MILLIS_A_SECOND) {
            return "its seconds are not a number like 90 or 0.25, above 0 and up to " + SECONDS_MAX;
        }
        if (PointToPoint.is(text.substring(end + 1))) {
            return PointToPoint.fault(inner(topic));
        }
        String prefix = Prefixes.at(text, end + 1);
        return prefix == null ? null : "behind the seconds it begins with " + prefix;
    }

    private static int secondsEnd(String text) {
        return text.indexOf('/', PREFIX.length());
    }

    /// @return milliseconds, or [#MALFORMED]
    private static long parsed(String text, int from, int end) {
        int point = text.indexOf('.', from);
        int wholeEnd = point < 0 || point > end ? end : point;
        int digits = wholeEnd - from;
        boolean zeroFirst = digits > 1 && text.charAt(from) == '0';
        if (digits < 1 || digits > SECONDS_DIGITS || zeroFirst) {
            return MALFORMED;
        }
        long whole = number(text, from, wholeEnd);
        if (wholeEnd == end || whole < 0) {
            return whole < 0 ? MALFORMED : whole * MILLIS_A_SECOND;
        }
        int fractionDigits = end - wholeEnd - 1;
        long fraction = fractionDigits < 1 || fractionDigits > FRACTION_DIGITS
                ? MALFORMED
                : number(text, wholeEnd + 1, end);
        for (int i = fractionDigits; i < FRACTION_DIGITS; i++) {
            fraction *= 10;
        }
        return fraction < 0 ? MALFORMED : whole * MILLIS_A_SECOND + fraction;
    }

    private static long number(String text, int from, int end) {
        long number = 0;
        for (int i = from; i < end; i++) {
            char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return MALFORMED;
            }
            number = number * 10 + digit - '0';
        }
        return number;
    }

    /// How long a message waits.
    ///
    /// @param topic well-formed
    /// @return milliseconds, 1 to [#SECONDS_MAX] seconds
    public static long millis(TopicName topic) {
        return parsed(topic.value(), PREFIX.length(), secondsEnd(topic.value()));
    }

    /// Where a message goes when it is due.
    ///
    /// @param topic well-formed
    /// @return the topic behind the delay
    public static TopicName inner(TopicName topic) {
        return TopicName.of(behind(topic.value()));
    }

    /// What stands behind the delay of a topic, if it has one.
    ///
    /// @param topic any
    /// @return the same if it is none of these, or has nothing behind the seconds
    public static String behind(String topic) {
        int end = is(topic) ? secondsEnd(topic) : -1;
        return end < 0 || end == topic.length() - 1 ? topic : topic.substring(end + 1);
    }

    /// Where a message is published that is to wait.
    ///
    /// @param millis how long, 1 to [#SECONDS_MAX] seconds
    /// @param topic where it goes then
    /// @return a topic name
    /// @throws InvalidTopicException if it gets too long
    public static TopicName topic(long millis, String topic) {
        String seconds = BigDecimal.valueOf(millis, FRACTION_DIGITS).stripTrailingZeros().toPlainString();
        return TopicName.of(PREFIX + seconds + '/' + topic);
    }

    /// Reads the value of [#DELIVER_AT].
    ///
    /// @param value of the user property
    /// @return milliseconds since 1970; negative if it isn't one to fifteen digits
    public static long time(String value) {
        return value.isEmpty() || value.length() > TIME_DIGITS ? MALFORMED : number(value, 0, value.length());
    }
}
