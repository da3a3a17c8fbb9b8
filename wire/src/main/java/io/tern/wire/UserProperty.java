package io.tern.wire;

import java.util.Objects;

/// A User Property: a pair of strings whose meaning only the applications know. The same name may come more than once.
///
/// @param name may be empty
/// @param value may be empty
public record UserProperty(String name, String value) {

    /// Checks that neither is missing.
    public UserProperty {
        Objects.requireNonNull(name);
        Objects.requireNonNull(value);
    }
}
