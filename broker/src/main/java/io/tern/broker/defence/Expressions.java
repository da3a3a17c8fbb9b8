package io.tern.broker.defence;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// Bans by regular expressions, of an engine whose time grows with the name alone, never with what the expression makes
/// of it. For any thread; one at a time changes it.
final class Expressions {

    /// Most expressions: each name is held against all of them.
    static final int EXPRESSIONS_MAX = 100;

    /// A longer name is kept out unread while there is an expression: to read it would take a shard's turn for long.
    static final int NAME_CHARS_MAX = 2_048;

    private record Expression(Ban ban, Pattern pattern) {}

    private final List<Expression> all = new CopyOnWriteArrayList<>();

    /// @throws IllegalArgumentException if there are too many
    void check() {
        if (all.size() >= EXPRESSIONS_MAX) {
            throw new IllegalArgumentException("there are " + EXPRESSIONS_MAX + " expressions, and no more are kept");
        }
    }

    void put(Ban ban) {
        all.add(new Expression(ban, Pattern.compile(ban.value())));
    }

    void remove(Ban ban) {
        all.removeIf(each -> each.ban == ban);
    }

    /// @return a ban whose expression fits a name as a whole and that is not over; null if there is none
    Ban of(String name, long nowMillis) {
        for (Expression each : all) {
            if (!each.ban.isOver(nowMillis)
                    && (name.length() > NAME_CHARS_MAX || each.pattern.matches(name))) {
                return each.ban;
            }
        }
        return null;
    }
}
