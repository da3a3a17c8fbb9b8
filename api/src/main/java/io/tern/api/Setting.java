package io.tern.api;

import java.util.List;

/// What stands in a configuration file at one place, with its line: a text, a list or a section. Immutable.
public sealed interface Setting {

    /// Nothing at all.
    Setting NOTHING = new Items(0, List.of());

    /// Where it begins.
    ///
    /// @return from 1 on
    int line();

    /// What kind of thing it is.
    ///
    /// @return in words, such as `a list`
    String shape();

    /// One value.
    ///
    /// @param line where
    /// @param text as written, without quotes
    /// @param absent whether nothing was written, or the word for it: `null`, `~`
    record Value(int line, String text, boolean absent) implements Setting {

        @Override
        public String shape() {
            return "one value";
        }
    }

    /// A list.
    ///
    /// @param line where
    /// @param items in order
    record Items(int line, List<Setting> items) implements Setting {

        /// Makes it immutable.
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String shape() {
            return "a list";
        }
    }

    /// A key and what stands below it.
    ///
    /// @param line of the key
    /// @param key as written
    /// @param value what is set
    record Entry(int line, String key, Setting value) {}

    /// Keys with what stands below them. The same key may be there twice, for somebody to complain.
    ///
    /// @param line where
    /// @param entries in order
    record Section(int line, List<Entry> entries) implements Setting {

        /// Makes it immutable.
        public Section {
            entries = List.copyOf(entries);
        }

        @Override
        public String shape() {
            return "a section";
        }

        /// Finds what is set for a key.
        ///
        /// @param key as written
        /// @return null if it is not there
        public Setting get(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry.value();
                }
            }
            return null;
        }
    }

    /// Whether nothing is set.
    ///
    /// @return true for a value that was left out
    default boolean isAbsent() {
        return this instanceof Value value && value.absent();
    }
}
