package io.tern.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The values of an [Option] that are more than one text.
sealed interface TreeForm<T> extends ValueForm<T> {

    @Override
    default T read(String text) {
        return read(new Setting.Value(0, text, false), true);
    }

    @Override
    default T check(T value) {
        return value;
    }

    /// A list of texts, or one alone.
    record Texts() implements TreeForm<List<String>> {

        @Override
        public List<String> read(Setting setting, boolean blanksCount) {
            return switch (setting) {
                case Setting.Value value -> List.of(value.text());
                case Setting.Items list -> {
                    List<String> texts = new ArrayList<>();
                    for (Setting item : list.items()) {
                        if (!(item instanceof Setting.Value value)) {
                            throw new IllegalArgumentException("expected a list of texts, found " + item.shape());
                        }
                        if (value.absent()) {
                            throw new IllegalArgumentException("an item of the list has no value");
                        }
                        texts.add(value.text());
                    }
                    yield List.copyOf(texts);
                }
                case Setting.Section section ->
                    throw new IllegalArgumentException("expected a text or a list, found " + section.shape());
            };
        }

        @Override
        public String write(List<String> value) {
            return String.join(", ", value);
        }

        @Override
        public String range() {
            return "text, or a list of texts";
        }
    }

    /// A list of texts that says something, or one text alone.
    record Names() implements TreeForm<List<String>> {

        private static final Texts TEXTS = new Texts();

        @Override
        public List<String> read(Setting setting, boolean blanksCount) {
            List<String> names = TEXTS.read(setting, blanksCount);
            if (names.isEmpty()) {
                throw new IllegalArgumentException("an empty list; name at least one, or leave the key out");
            }
            if (names.contains("")) {
                throw new IllegalArgumentException("an empty text names nothing");
            }
            return names;
        }

        @Override
        public String write(List<String> value) {
            return TEXTS.write(value);
        }

        @Override
        public String range() {
            return "text, or a list of one or more";
        }
    }

    /// A list of addresses and ranges of them, or one alone.
    record Addresses() implements TreeForm<List<String>> {

        private static final Texts TEXTS = new Texts();

        @Override
        public List<String> read(Setting setting, boolean blanksCount) {
            return TEXTS.read(setting, blanksCount);
        }

        @Override
        public List<String> check(List<String> value) {
            value.forEach(AddressRange::of);
            return List.copyOf(value);
        }

        @Override
        public String write(List<String> value) {
            return TEXTS.write(value);
        }

        @Override
        public String range() {
            return "list of addresses and ranges";
        }
    }

    /// A list of words out of a few, or one alone.
    record Words(List<String> allowed) implements TreeForm<List<String>> {

        private static final Texts TEXTS = new Texts();

        @Override
        public List<String> read(Setting setting, boolean blanksCount) {
            return TEXTS.read(setting, blanksCount);
        }

        @Override
        public List<String> check(List<String> value) {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("an empty list; choose of " + write(allowed));
            }
            for (String word : value) {
                if (!allowed.contains(word)) {
                    throw new IllegalArgumentException(word + " is none of " + write(allowed));
                }
            }
            return List.copyOf(value);
        }

        @Override
        public String write(List<String> value) {
            return TEXTS.write(value);
        }

        @Override
        public String range() {
            return "list of " + write(allowed);
        }
    }

    /// Names with a text each.
    record Named() implements TreeForm<Map<String, String>> {

        @Override
        public Map<String, String> read(Setting setting, boolean blanksCount) {
            if (!(setting instanceof Setting.Section section)) {
                throw new IllegalArgumentException("expected names with texts, found " + setting.shape());
            }
            Map<String, String> named = new LinkedHashMap<>();
            for (Setting.Entry entry : section.entries()) {
                if (!(entry.value() instanceof Setting.Value value)) {
                    throw new IllegalArgumentException(
                            entry.key() + ": expected one value, found " + entry.value().shape());
                }
                if (value.absent()) {
                    throw new IllegalArgumentException(entry.key() + ": has no value");
                }
                if (named.put(entry.key(), value.text()) != null) {
                    throw new IllegalArgumentException(entry.key() + " is given twice");
                }
            }
            return named;
        }

        @Override
        public String write(Map<String, String> value) {
            return value.isEmpty() ? "" : value.toString();
        }

        @Override
        public String range() {
            return "names with a text each";
        }
    }

    /// Anything.
    record Tree() implements TreeForm<Setting> {

        @Override
        public Setting read(Setting setting, boolean blanksCount) {
            return setting;
        }

        @Override
        public String write(Setting value) {
            return "";
        }

        @Override
        public String range() {
            return "see below";
        }
    }
}
