/// Password files as mosquitto writes them.
package io.tern.auth.password;
