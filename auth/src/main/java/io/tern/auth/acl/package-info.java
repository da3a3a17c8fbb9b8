/// Rules of who may do what: mosquitto's acl_file, policies in YAML, and those that a token brings along.
package io.tern.auth.acl;
