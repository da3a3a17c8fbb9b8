package io.tern.auth.acl;

/// How topic filters lie to each other and to names. Filters and names are well-formed; neither has a share name.
///
/// A filter that begins with a wildcard matches nothing that begins with `$` [MQTT-4.7.2-1].
final class Filters {

    private Filters() {}

    /// Whether a filter matches a name.
    static boolean matches(String filter, String topic) {
        if (hidden(filter, topic)) {
            return false;
        }
        int f = 0;
        int t = 0;
        while (f < filter.length()) {
            char c = filter.charAt(f);
            if (c == '#') {
                return true;
            }
            if (c == '+') {
                while (t < topic.length() && topic.charAt(t) != '/') {
                    t++;
                }
                f++;
            } else if (t < topic.length() && topic.charAt(t) == c) {
                f++;
                t++;
            } else {
                return t == topic.length() && c == '/' && f + 2 == filter.length() && filter.charAt(f + 1) == '#';
            }
        }
        return t == topic.length();
    }

    /// Whether everything that one filter matches is matched by another.
    ///
    /// @param outer the wider one
    /// @param inner the narrower one
    static boolean covers(String outer, String inner) {
        if (hidden(outer, inner)) {
            return false;
        }
        if (outer.equals("+/#")) {
            return true; // Every name has a first level.
        }
        Levels a = new Levels(outer);
        Levels b = new Levels(inner);
        for (;;) {
            boolean moreOuter = a.next();
            boolean moreInner = b.next();
            if (moreOuter && a.is('#')) {
                return true;
            }
            if (!moreOuter || !moreInner) {
                return !moreOuter && !moreInner;
            }
            if (b.is('#') || !(a.is('+') || !b.is('+') && a.sameAs(b))) {
                return false;
            }
        }
    }

    /// Whether there may be a name that both filters match.
    static boolean intersect(String one, String other) {
        if (hidden(one, other) || hidden(other, one)) {
            return false;
        }
        Levels a = new Levels(one);
        Levels b = new Levels(other);
        for (;;) {
            boolean moreA = a.next();
            boolean moreB = b.next();
            if (moreA && a.is('#') || moreB && b.is('#')) {
                return true;
            }
            if (!moreA || !moreB) {
                return !moreA && !moreB;
            }
            if (!(a.is('+') || b.is('+') || a.sameAs(b))) {
                return false;
            }
        }
    }

    static boolean hasWildcard(String filter) {
        return filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0;
    }

    private static boolean hidden(String filter, String other) {
        return !filter.isEmpty()
                && !other.isEmpty()
                && (filter.charAt(0) == '+' || filter.charAt(0) == '#')
                && other.charAt(0) == '$';
    }

    /// Walks over the levels of a filter without making a text of each.
    private static final class Levels {
        private final String text;
        private int start;
        private int end = -1;

        Levels(String text) {
            this.text = text;
        }

        boolean next() {
            if (end == text.length()) {
                return false;
            }
            start = end + 1;
            int slash = text.indexOf('/', start);
            end = slash < 0 ? text.length() : slash;
            return true;
        }

        boolean is(char wildcard) {
            return end == start + 1 && text.charAt(start) == wildcard;
        }

        boolean sameAs(Levels other) {
            int length = end - start;
            return length == other.end - other.start && text.regionMatches(start, other.text, other.start, length);
        }
    }
}
