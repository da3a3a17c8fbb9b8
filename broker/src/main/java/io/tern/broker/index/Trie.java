package io.tern.broker.index;

/// The filters with wildcards, level by level.
///
/// Its structure changes under one lock; readers take none, because each change is one volatile write of a finished
/// part. A node is cut off only when nothing ends or leads on below it, so a reader that is still down there misses
/// nothing, and a writer can't be there: it starts at the root, under the lock.
final class Trie {

    private final Object lock = new Object();
    private final LevelHash hash;
    private final TrieNode root = new TrieNode("", 0, 0, 0);
    private volatile int size;

    Trie(LevelHash hash) {
        this.hash = hash;
    }

    TrieNode root() {
        return root;
    }

    /// How many filters there are.
    int size() {
        return size;
    }

    /// @return null if there is none; it may be dead
    FilterEntry get(String filter) {
        TrieNode node = root;
        int from = 0;
        for (;;) {
            int to = levelEnd(filter, from);
            boolean last = to == filter.length();
            if (isWildcard(filter, from, to, '#')) {
                return node.multi;
            }
            if (isWildcard(filter, from, to, '+')) {
                Object plus = node.plus;
                if (!(plus instanceof TrieNode next)) {
                    return last ? (FilterEntry) plus : null;
                }
                node = next;
            } else {
                node = node.child(filter, from, to, hash.of(filter, from, to));
                if (node == null) {
                    return null;
                }
            }
            if (last) {
                return node.exact;
            }
            from = to + 1;
        }
    }

    /// Puts an entry at the place of its filter, if that is free.
    ///
    /// @return the entry that is there already, maybe dead; null if the fresh one was put
    FilterEntry putIfAbsent(FilterEntry fresh) {
        synchronized (lock) {
            FilterEntry present = put(fresh);
            if (present == null) {
                size++;
            }
            return present;
        }
    }

    /// Takes an entry out, and the nodes that only led to it. Nothing happens if it isn't there any more.
    void remove(FilterEntry entry) {
        synchronized (lock) {
            if (cut(entry)) {
                size--;
            }
        }
    }

    private FilterEntry put(FilterEntry fresh) {
        String filter = fresh.filter();
        TrieNode node = root;
        int from = 0;
        for (;;) {
            int to = levelEnd(filter, from);
            boolean last = to == filter.length();
            if (isWildcard(filter, from, to, '#')) {
                FilterEntry present = node.multi;
                if (present == null) {
                    node.multi = fresh;
                }
                return present;
            }
            if (isWildcard(filter, from, to, '+')) {
                Object plus = node.plus;
                if (last && !(plus instanceof TrieNode)) {
                    if (plus == null) {
                        node.plus = fresh;
                    }
                    return (FilterEntry) plus;
                }
                node = plusNode(node);
            } else {
                node = childNode(node, filter, from, to);
            }
            if (last) {
                FilterEntry present = node.exact;
                if (present == null) {
                    node.exact = fresh;
                }
                return present;
            }
            from = to + 1;
        }
    }

    private static TrieNode plusNode(TrieNode node) {
        Object plus = node.plus;
        if (plus instanceof TrieNode present) {
            return present;
        }
        TrieNode fresh = new TrieNode("", 0, 0, 0);
        fresh.exact = (FilterEntry) plus;
        node.plus = fresh;
        return fresh;
    }

    private TrieNode childNode(TrieNode node, String filter, int from, int to) {
        int levelHash = hash.of(filter, from, to);
        TrieNode present = node.child(filter, from, to, levelHash);
        if (present != null) {
            return present;
        }
        TrieNode fresh = new TrieNode(filter, from, to, levelHash);
        node.add(fresh);
        return fresh;
    }

    /// @return false if the entry is not there
    private boolean cut(FilterEntry entry) {
        String filter = entry.filter();
        TrieNode node = root;
        // The deepest node on the way that is needed for something else, too, and the next one below it.
        TrieNode keep = root;
        TrieNode loose = null;
        int from = 0;
        for (;;) {
            int to = levelEnd(filter, from);
            boolean last = to == filter.length();
            if (isWildcard(filter, from, to, '#')) {
                if (node.multi != entry) {
                    return false;
                }
                node.multi = null;
                break;
            }
            TrieNode next;
            if (isWildcard(filter, from, to, '+')) {
                if (last && node.plus == entry) {
                    node.plus = null;
                    break;
                }
                next = node.plus instanceof TrieNode below ? below : null;
            } else {
                next = node.child(filter, from, to, hash.of(filter, from, to));
            }
            if (next == null) {
                return false;
            }
            if (node == root || node.uses() > 1) {
                keep = node;
                loose = next;
            }
            node = next;
            if (last) {
                if (node.exact != entry) {
                    return false;
                }
                node.exact = null;
                break;
            }
            from = to + 1;
        }
        if (node != root && node.uses() == 0) {
            if (keep.plus == loose) {
                keep.plus = null;
            } else {
                keep.remove(loose);
            }
        }
        return true;
    }

    private static int levelEnd(String filter, int from) {
        int slash = filter.indexOf('/', from);
        return slash < 0 ? filter.length() : slash;
    }

    private static boolean isWildcard(String filter, int from, int to, char wildcard) {
        return to - from == 1 && filter.charAt(from) == wildcard;
    }
}
