package io.tern.broker.defence;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Something for each of many names, as long as they are in use: bounded, whoever was not met for longest goes first.
/// Not for several threads.
///
/// @param <V> what is kept for a name
final class Recent<V> {

    private final Map<String, V> byName;

    /// @param namesMax most names remembered
    Recent(int namesMax) {
        byName = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > namesMax;
            }
        };
    }

    /// @return null if there is none
    V get(String name) {
        return byName.get(name);
    }

    V get(String name, Supplier<V> make) {
        return byName.computeIfAbsent(name, each -> make.get());
    }

    void remove(String name) {
        byName.remove(name);
    }

    void clear() {
        byName.clear();
    }

    int size() {
        return byName.size();
    }
}
