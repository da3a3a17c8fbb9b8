/// TLS: which files make a listener's identity, what they are turned into, and how they are kept fresh while in use.
package io.tern.transport.tls;
