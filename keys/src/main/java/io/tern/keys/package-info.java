/// Certificates, private keys and revocation lists from PEM, DER and PKCS#12, for whoever speaks TLS or checks a
/// signature. Bytes in, the JDK's own objects out: no file is opened here.
package io.tern.keys;
