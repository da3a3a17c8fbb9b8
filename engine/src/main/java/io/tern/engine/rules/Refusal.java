package io.tern.engine.rules;

import io.tern.wire.Properties;
import io.tern.wire.Property;
import io.tern.wire.ReasonCode;
import java.util.Objects;

/// Why something is not granted: the code for the client's program, the words for whoever runs it.
///
/// @param reason 0x80 or more
/// @param words a short sentence that names the rule or the limit with its value, sent as Reason String
public record Refusal(ReasonCode reason, String words) {

    /// Checks that it is one.
    ///
    /// @throws IllegalArgumentException if the reason code says success
    public Refusal {
        if (!reason.isError()) {
            throw new IllegalArgumentException("no refusal: " + reason);
        }
        Objects.requireNonNull(words);
    }

    /// What a packet says in words.
    ///
    /// @param words or null
    /// @return the property, or none
    public static Properties reasonString(String words) {
        return words == null
                ? Properties.NONE
                : Properties.builder().with(Property.REASON_STRING, words).build();
    }
}
