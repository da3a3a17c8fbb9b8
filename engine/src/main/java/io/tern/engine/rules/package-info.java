/// What clients may at all, whoever they are: limits, listener rules, names and topics; and the words for a refusal.
package io.tern.engine.rules;
