package io.tern.broker.defence;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Something for each of many names, as long as they are in use: bounded, whoever was not met for longest goes first.
/// Not for several threads.
///
/// @param <K> names, of a size that nobody else chooses
/// @param <V> what is kept for a name
final class Recent<K, V> {

    /// So many are looked at for each one that is added, so that what is over goes faster than something new comes.
    private static final int SWEPT_AT_ONCE = 2;

    private final Map<K, V> byName;

    /// @param namesMax most names remembered
    Recent(int namesMax) {
        byName = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > namesMax;
            }
        };
    }

    /// @return null if there is none
    V get(K name) {
        return byName.get(name);
    }

    V get(K name, Supplier<V> make) {
        return byName.computeIfAbsent(name, each -> make.get());
    }

    void remove(K name) {
        byName.remove(name);
    }

    /// Forgets some of those that were not met for longest, if they are over.
    void sweep(Predicate<V> isOver) {
        Iterator<V> eldest = byName.values().iterator();
        for (int i = 0; i < SWEPT_AT_ONCE && eldest.hasNext() && isOver.test(eldest.next()); i++) {
            eldest.remove();
        }
    }

    void clear() {
        byName.clear();
    }

    int size() {
        return byName.size();
    }
}
