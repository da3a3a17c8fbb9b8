package io.tern.auth.acl;

/// A text in which `*` stands for any number of characters.
///
/// @param text as written
record Glob(String text) {

    /// Whether all of a name fits. Takes time in proportion to both lengths, whatever the name.
    boolean matches(String name) {
        int g = 0;
        int n = 0;
        int star = -1;
        int from = 0;
        while (n < name.length()) {
            if (g < text.length() && text.charAt(g) == '*') {
                star = g++;
                from = n;
            } else if (g < text.length() && text.charAt(g) == name.charAt(n)) {
                g++;
                n++;
            } else if (star >= 0) {
                g = star + 1;
                n = ++from;
            } else {
                return false;
            }
        }
        while (g < text.length() && text.charAt(g) == '*') {
            g++;
        }
        return g == text.length();
    }

    @Override
    public String toString() {
        return text;
    }
}
