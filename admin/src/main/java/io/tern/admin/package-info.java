/// What an operator sets and sees: today the configuration file and the reference of its keys.
package io.tern.admin;
