/// Clients known by their certificates.
package io.tern.auth.certificate;
