package io.tern.engine.rules;

/// What is done about a rule that devices in the field are known to break.
public enum Strictness {
    /// Let it pass.
    OBSERVE,
    /// Let it pass, count it and say so in the log.
    WARN,
    /// Refuse it, as the specification says.
    ENFORCE
}
