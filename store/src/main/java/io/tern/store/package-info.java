/// Where durable state goes, behind the port [io.tern.api.Store].
///
/// [NoStore] keeps nothing: what a broker acknowledges lives in its memory and ends with the process.
package io.tern.store;
