package io.tern.broker.index;

import io.tern.wire.TopicName;
import java.util.Arrays;

/// Finds the filters that match a topic. One a thread: it keeps what a walk through the trie needs, so that a match
/// allocates nothing.
///
/// A topic that begins with `$` is not matched by a filter that begins with a wildcard [MQTT-4.7.2-1]; `a/#` matches
/// `a`, too (section 4.7.1.2).
public final class Matcher {

    private static final int LEVELS_INITIAL = 16;

    private final Index index;
    private final LevelHash hash;

    // The levels of the topic, split and hashed only as far as the trie goes.
    private String text;
    private int[] ends = new int[LEVELS_INITIAL];
    private int[] hashes = new int[LEVELS_INITIAL];
    private int levels;

    // Branches not walked yet; a stack of our own, because a topic may have 32,768 levels.
    private TrieNode[] branches = new TrieNode[LEVELS_INITIAL];
    private int[] branchLevels = new int[LEVELS_INITIAL];
    private int branchCount;
    private int visited;
    private Matches out;
    private boolean system;

    Matcher(Index index, LevelHash hash) {
        this.index = index;
        this.hash = hash;
    }

    /// Looks up all live entries whose filter matches.
    ///
    /// Sees each subscription whose `subscribe` had returned before this was called.
    ///
    /// @param topic what to match
    /// @param out is emptied, then filled; remembers the topic and the version read before matching
    public void match(TopicName topic, Matches out) {
        begin(topic, out);
        boolean whole = goOn(Integer.MAX_VALUE);
        assert whole;
    }

    /// Begins to look them up; [#goOn] does the rest.
    ///
    /// What is subscribed meanwhile may be found or not; what ends is not missed by anybody.
    ///
    /// @param topic what to match
    /// @param into is emptied, then filled; remembers the topic and the version read before matching
    public void begin(TopicName topic, Matches into) {
        out = into;
        String name = topic.value();
        Versions versions = index.versions();
        int stripe = versions.stripe(name);
        out.begin(topic, stripe, versions.sum(stripe));
        out.addIfAlive(index.exact(name));
        visited = 0;
        Trie trie = index.trie();
        if (trie.size() > 0) {
            text = name;
            levels = 0;
            system = name.charAt(0) == '$';
            push(trie.root(), 0);
        }
    }

    /// Nodes of the trie that the last match has looked at: as many as filters have levels in common with the topic,
    /// which whoever subscribes chooses.
    ///
    /// @return 0 or more
    public int visited() {
        return visited;
    }

    /// What is kept of the topic's levels, and of the branches that are not walked yet: as much as the longest topic
    /// and the widest index that it has met.
    ///
    /// @return bytes
    public int memoryBytes() {
        return 2 * Integer.BYTES * (ends.length + branches.length);
    }

    /// Goes on with what was begun.
    ///
    /// @param nodesMax of the trie that are looked at
    /// @return whether all was looked at
    public boolean goOn(int nodesMax) {
        int end = visited + nodesMax < 0 ? Integer.MAX_VALUE : visited + nodesMax;
        while (branchCount > 0) {
            branchCount--;
            TrieNode node = branches[branchCount];
            branches[branchCount] = null;
            int level = branchLevels[branchCount];
            while (node != null) {
                if (visited == end) {
                    push(node, level);
                    return false;
                }
                visited++;
                boolean wildcards = level > 0 || !system;
                if (wildcards) {
                    out.addIfAlive(node.multi);
                }
                if (!hasLevel(level)) {
                    out.addIfAlive(node.exact);
                    break;
                }
                if (wildcards) {
                    plus(node.plus, level);
                }
                node = node.hasChildren()
                        ? node.child(text, start(level), ends[level], hashes[level])
                        : null;
                level++;
            }
        }
        return true;
    }

    private void plus(Object plus, int level) {
        if (plus instanceof TrieNode below) {
            push(below, level + 1);
        } else if (plus != null && !hasLevel(level + 1)) {
            out.addIfAlive((FilterEntry) plus);
        }
    }

    /// Whether the topic has that level; if so, it is split and hashed. Levels are asked for without gaps.
    private boolean hasLevel(int level) {
        if (level < levels) {
            return true;
        }
        int from = start(level);
        if (from > text.length()) {
            return false;
        }
        if (levels == ends.length) {
            ends = Arrays.copyOf(ends, levels << 1);
            hashes = Arrays.copyOf(hashes, levels << 1);
        }
        int slash = text.indexOf('/', from);
        int to = slash < 0 ? text.length() : slash;
        ends[level] = to;
        hashes[level] = hash.of(text, from, to);
        levels++;
        return true;
    }

    private int start(int level) {
        return level == 0 ? 0 : ends[level - 1] + 1;
    }

    private void push(TrieNode node, int level) {
        if (branchCount == branches.length) {
            branches = Arrays.copyOf(branches, branchCount << 1);
            branchLevels = Arrays.copyOf(branchLevels, branchCount << 1);
        }
        branches[branchCount] = node;
        branchLevels[branchCount] = level;
        branchCount++;
    }
}
