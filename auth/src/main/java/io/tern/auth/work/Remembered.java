package io.tern.auth.work;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// What was found out and holds for a while: bounded, the least recently used goes first. For any thread.
///
/// @param <K> what was asked, in a form whose size no client chooses
/// @param <V> the answer
public final class Remembered<K, V> {

    private record Kept<V>(V value, long untilMillis) {}

    /// So many are looked at for each one that is added, so that what is over goes faster than something new comes.
    private static final int SWEPT_AT_ONCE = 2;

    private final Map<K, Kept<V>> entries;

    /// Begins with nothing.
    ///
    /// @param entriesMax most answers kept
    public Remembered(int entriesMax) {
        entries = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, Kept<V>> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /// Finds an answer.
    ///
    /// @param key what is asked
    /// @param nowMillis the time
    /// @return null if there is none that still holds
    public synchronized V get(K key, long nowMillis) {
        Kept<V> entry = entries.get(key);
        if (entry == null) {
            return null;
        }
        if (nowMillis >= entry.untilMillis) {
            entries.remove(key);
            return null;
        }
        return entry.value;
    }

    /// Keeps an answer.
    ///
    /// @param key what was asked
    /// @param value the answer
    /// @param untilMillis how long it holds
    /// @param nowMillis the time: some of those that hold no more are forgotten
    public synchronized void put(K key, V value, long untilMillis, long nowMillis) {
        entries.put(key, new Kept<>(value, untilMillis));
        Iterator<Kept<V>> eldest = entries.values().iterator();
        for (int i = 0; i < SWEPT_AT_ONCE && eldest.hasNext() && nowMillis >= eldest.next().untilMillis; i++) {
            eldest.remove();
        }
    }

    /// Forgets everything.
    public synchronized void clear() {
        entries.clear();
    }

    /// How many answers are kept.
    ///
    /// @return also those that hold no more and were not asked for since
    public synchronized int size() {
        return entries.size();
    }
}
