package io.tern.broker.index;

/// One level of the trie: the filters that share the levels up to here.
///
/// Written under the trie's lock, read by anybody without it; each change is one volatile write. The level's text is a
/// part of the filter that made the node, not a string of its own.
final class TrieNode {

    private final String source;
    // Where the level starts in the source (upper 16 bits) and its length: a filter has at most 65,535 chars.
    private final int span;
    private final int hash;

    // null, the only TrieNode, or a ChildTable.
    private volatile Object children;

    /// The level `+` below this one: null, a [TrieNode], or a [FilterEntry] while only one filter ends there and none
    /// goes on.
    volatile Object plus;

    /// The filter that ends here.
    volatile FilterEntry exact;

    /// The filter that ends with `#` below this level.
    volatile FilterEntry multi;

    TrieNode(String source, int from, int to, int hash) {
        this.source = source;
        this.span = from << 16 | to - from;
        this.hash = hash;
    }

    int hash() {
        return hash;
    }

    boolean isLevel(String text, int from, int to, int levelHash) {
        int length = span & 0xFFFF;
        return hash == levelHash && length == to - from && source.regionMatches(span >>> 16, text, from, length);
    }

    boolean hasChildren() {
        return children != null;
    }

    /// @return null if there is none
    TrieNode child(String text, int from, int to, int levelHash) {
        Object held = children;
        if (held instanceof TrieNode only) {
            return only.isLevel(text, from, to, levelHash) ? only : null;
        }
        return held instanceof ChildTable table ? table.find(text, from, to, levelHash) : null;
    }

    /// Under the lock. There must be none of that level yet.
    void add(TrieNode child) {
        Object held = children;
        if (held == null) {
            children = child;
        } else if (held instanceof TrieNode only) {
            children = ChildTable.of(only, child);
        } else {
            ChildTable table = (ChildTable) held;
            if (!table.hasRoom()) {
                table = table.rebuilt();
                table.add(child);
                children = table;
            } else {
                table.add(child);
            }
        }
    }

    /// Under the lock.
    void remove(TrieNode child) {
        Object held = children;
        if (held == child) {
            children = null;
            return;
        }
        ChildTable table = (ChildTable) held;
        table.remove(child);
        if (table.size() == 1) {
            children = table.only();
        } else if (table.isSparse()) {
            children = table.rebuilt();
        }
    }

    /// Under the lock: how many ways lead on or end here, 2 standing for 2 and more.
    int uses() {
        int uses = (plus == null ? 0 : 1) + (exact == null ? 0 : 1) + (multi == null ? 0 : 1);
        return Math.min(2, uses + (children == null ? 0 : children instanceof TrieNode ? 1 : 2));
    }
}
