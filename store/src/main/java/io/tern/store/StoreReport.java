package io.tern.store;

import java.util.List;

/// What a check of a store has found.
///
/// @param facts what is there
/// @param faults what is damaged, a line each; none if all is well
/// @param losses what that costs, as far as can be told, a line each
/// @param lostMessages messages in queues, at most
public record StoreReport(List<String> facts, List<String> faults, List<String> losses, long lostMessages) {

    /// Whether something is damaged.
    ///
    /// @return false if all is well
    public boolean isDamaged() {
        return !faults.isEmpty();
    }
}
