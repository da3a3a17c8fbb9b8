/// What an operator sets: the configuration file, and the reference of its keys.
package io.tern.admin;
