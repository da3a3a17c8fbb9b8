/// How much one owner, a user or else an address, may have the server keep.
package io.tern.broker.quota;
