package io.tern.broker.defence;

import java.util.ArrayDeque;
import java.util.Deque;

/// How large a regular expression becomes when its repetitions are written out, as its engine does: `((a{99}){99}){99}`
/// is short, and a million steps. Counts one for each character, class and group.
final class ExpressionSize {

    private static final long SIZE_MAX = 10_000;

    private final String expression;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    private ExpressionSize(String expression) {
        this.expression = expression;
    }

    /// @throws IllegalArgumentException if it is too large
    static void check(String expression) {
        if (new ExpressionSize(expression).size() > SIZE_MAX) {
            throw new IllegalArgumentException("'" + expression + "' is too large: it repeats what is repeated");
        }
    }

    private long size() {
        while (at < expression.length()) {
            char c = expression.charAt(at++);
            switch (c) {
                case '(' -> {
                    outer.push(sum + last);
                    sum = 0;
                    last = 1;
                }
                case ')' -> {
                    last += sum;
                    sum = outer.isEmpty() ? 0 : outer.pop();
                }
                case '{' -> last = Math.min(SIZE_MAX + 1, last * repeated());
                case '[' -> {
                    skipClass();
                    atom();
                }
                case '\\' -> {
                    at++;
                    atom();
                }
                default -> atom();
            }
            sum = Math.min(SIZE_MAX + 1, sum);
        }
        return outer.stream().mapToLong(Long::longValue).sum() + sum + last;
    }

    private void atom() {
        sum += last;
        last = 1;
    }

    /// The larger of the numbers in braces; 1 for braces that mean themselves.
    private long repeated() {
        long most = 1;
        long number = 0;
        for (; at < expression.length() && expression.charAt(at) != '}'; at++) {
            char c = expression.charAt(at);
            if (c >= '0' && c <= '9') {
                number = Math.min(SIZE_MAX, number * 10 + c - '0');
                most = Math.max(most, number);
            } else {
                number = 0;
            }
        }
        at++;
        return most;
    }

    private void skipClass() {
        int end = at;
        while (end < expression.length() && (expression.charAt(end) != ']' || end == at)) {
            end += expression.charAt(end) == '\\' ? 2 : 1;
        }
        at = end < expression.length() ? end + 1 : at;
    }
}
