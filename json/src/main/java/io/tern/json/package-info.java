/// JSON as RFC 8259 has it, for the broker and its tools.
package io.tern.json;
