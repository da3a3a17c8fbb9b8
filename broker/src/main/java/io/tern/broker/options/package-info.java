/// What an operator sets of the broker itself, and what nobody sets but tests.
package io.tern.broker.options;
