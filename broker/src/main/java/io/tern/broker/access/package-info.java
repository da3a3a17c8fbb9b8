/// Who may do what: the chain of rules, and the rulings that come out of it.
package io.tern.broker.access;
