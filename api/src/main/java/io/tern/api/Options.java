package io.tern.api;

import java.util.LinkedHashMap;
import java.util.Map;

/// The settings of one start: a value for each [Option], given or default. Immutable, for any thread.
public final class Options {

    /// Nothing given: every option has its default.
    public static final Options DEFAULTS = new Options(Map.of());

    private final Map<String, Object> given;

    private Options(Map<String, Object> given) {
        this.given = given;
    }

    /// Starts a set with nothing given.
    ///
    /// @return an empty builder
    public static Builder builder() {
        return new Builder(Map.of());
    }

    /// The value of an option. Costs a map lookup: read it once, at construction.
    ///
    /// @param option a declared option
    /// @param <T> its type
    /// @return the value given, or else the default
    public <T> T get(Option<T> option) {
        Object value = given.get(option.key());
        return value == null ? option.defaultValue() : option.type().cast(value);
    }

    /// Says whether a value was given, be it equal to the default or not.
    ///
    /// @param option a declared option
    /// @return false if [#get] answers the default
    public boolean isGiven(Option<?> option) {
        return given.containsKey(option.key());
    }

    /// The same set with one value more, or another.
    ///
    /// @param option a declared option
    /// @param value within its range
    /// @param <T> its type
    /// @return a new set
    /// @throws IllegalArgumentException if the value is out of range
    public <T> Options with(Option<T> option, T value) {
        return new Builder(given).with(option, value).build();
    }

    /// The same set with everything that another one gives laid over it.
    ///
    /// @param over wins where both give a value
    /// @return a new set
    public Options with(Options over) {
        Map<String, Object> all = new LinkedHashMap<>(given);
        all.putAll(over.given);
        return new Options(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Options options && given.equals(options.given);
    }

    @Override
    public int hashCode() {
        return given.hashCode();
    }

    @Override
    public String toString() {
        return given.toString();
    }

    /// Collects values. For one thread.
    public static final class Builder {

        private final Map<String, Object> given;

        private Builder(Map<String, Object> given) {
            this.given = new LinkedHashMap<>(given);
        }

        /// Gives an option a value; the last one given holds.
        ///
        /// @param option a declared option
        /// @param value within its range
        /// @param <T> its type
        /// @return this
        /// @throws IllegalArgumentException if the value is out of range
        public <T> Builder with(Option<T> option, T value) {
            try {
                given.put(option.key(), option.check(value));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option.key() + ": " + e.getMessage(), e);
            }
            return this;
        }

        /// Gives an option the value that an operator wrote.
        ///
        /// @param option a declared option
        /// @param text the value alone, without its key
        /// @param <T> its type
        /// @return this
        /// @throws IllegalArgumentException saying what is wrong, beginning with the key
        public <T> Builder parse(Option<T> option, String text) {
            try {
                given.put(option.key(), option.parse(text));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option.key() + ": " + e.getMessage(), e);
            }
            return this;
        }

        /// Gives an option the value that stands in a file.
        ///
        /// @param option a declared option
        /// @param setting what is set
        /// @param <T> its type
        /// @return this
        /// @throws IllegalArgumentException saying what is wrong, beginning with the key
        public <T> Builder parse(Option<T> option, Setting setting) {
            try {
                given.put(option.key(), option.parse(setting));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(option.key() + ": " + e.getMessage(), e);
            }
            return this;
        }

        /// Ends collecting.
        ///
        /// @return the values so far
        public Options build() {
            return new Options(new LinkedHashMap<>(given));
        }
    }
}
