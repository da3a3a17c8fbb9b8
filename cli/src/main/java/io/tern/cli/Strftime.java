package io.tern.cli;

import java.time.ZonedDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.IsoFields;
import java.util.Locale;
import java.util.TimeZone;

/// The conversions of strftime(3) in the C locale, one character each.
final class Strftime {

    // Written out, because the locale data would take longer to load than the whole command takes.
    private static final String[] DAYS =
            {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
    private static final String[] MONTHS = {"January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December"};

    private Strftime() { }

    /// Formats one conversion.
    ///
    /// @param conversion the character after the percent sign
    /// @param t the time to say
    /// @return the text; an unknown conversion comes back as it was written
    static String format(char conversion, ZonedDateTime t) {
        return switch (conversion) {
            case 'a' -> day(t).substring(0, 3);
            case 'A' -> day(t);
            case 'b', 'h' -> month(t).substring(0, 3);
            case 'B' -> month(t);
            case 'c' -> all("a b e T Y", " ", t);
            case 'C' -> two(t.getYear() / 100);
            case 'd' -> two(t.getDayOfMonth());
            case 'D', 'x' -> all("m d y", "/", t);
            case 'e' -> blankTwo(t.getDayOfMonth());
            case 'F' -> all("Y m d", "-", t);
            case 'g' -> two(t.get(IsoFields.WEEK_BASED_YEAR) % 100);
            case 'G' -> Integer.toString(t.get(IsoFields.WEEK_BASED_YEAR));
            case 'H' -> two(t.getHour());
            case 'I' -> two(t.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'j' -> three(t.getDayOfYear());
            case 'k' -> blankTwo(t.getHour());
            case 'l' -> blankTwo(t.get(ChronoField.CLOCK_HOUR_OF_AMPM));
            case 'm' -> two(t.getMonthValue());
            case 'M' -> two(t.getMinute());
            case 'n' -> "\n";
            case 'p' -> t.getHour() < 12 ? "AM" : "PM";
            case 'P' -> t.getHour() < 12 ? "am" : "pm";
            case 'r' -> all("I M S", ":", t) + " " + format('p', t);
            case 'R' -> all("H M", ":", t);
            case 's' -> Long.toString(t.toEpochSecond());
            case 'S' -> two(t.getSecond());
            case 't' -> "\t";
            case 'T', 'X' -> all("H M S", ":", t);
            case 'u' -> Integer.toString(t.getDayOfWeek().getValue());
            case 'U' -> two((t.getDayOfYear() + 6 - t.getDayOfWeek().getValue() % 7) / 7);
            case 'V' -> two(t.get(IsoFields.WEEK_OF_WEEK_BASED_YEAR));
            case 'w' -> Integer.toString(t.getDayOfWeek().getValue() % 7);
            case 'W' -> two((t.getDayOfYear() + 6 - (t.getDayOfWeek().getValue() + 6) % 7) / 7);
            case 'y' -> two(t.getYear() % 100);
            case 'Y' -> Integer.toString(t.getYear());
            case 'z' -> offset(t);
            case 'Z' -> zone(t);
            case '%' -> "%";
            default -> "%" + conversion;
        };
    }

    private static String day(ZonedDateTime t) {
        return DAYS[t.getDayOfWeek().getValue() % 7];
    }

    private static String month(ZonedDateTime t) {
        return MONTHS[t.getMonthValue() - 1];
    }

    private static String all(String conversions, String separator, ZonedDateTime t) {
        StringBuilder text = new StringBuilder();
        for (String conversion : conversions.split(" ")) {
            text.append(text.isEmpty() ? "" : separator).append(format(conversion.charAt(0), t));
        }
        return text.toString();
    }

    private static String offset(ZonedDateTime t) {
        int minutes = t.getOffset().getTotalSeconds() / 60;
        int absolute = Math.abs(minutes);
        return (minutes < 0 ? "-" : "+") + two(absolute / 60) + two(absolute % 60);
    }

    private static String zone(ZonedDateTime t) {
        boolean summer = t.getZone().getRules().isDaylightSavings(t.toInstant());
        return TimeZone.getTimeZone(t.getZone())
                .getDisplayName(summer, TimeZone.SHORT, Locale.ENGLISH);
    }

    private static String two(int value) {
        return value < 10 ? "0" + value : Integer.toString(value);
    }

    private static String three(int value) {
        return value < 100 ? "0" + two(value) : Integer.toString(value);
    }

    private static String blankTwo(int value) {
        return value < 10 ? " " + value : Integer.toString(value);
    }
}
