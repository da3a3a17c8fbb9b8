/// Bytes to packets and back, and the first wall against a hostile peer.
///
/// [Decoder][io.tern.wire.codec.Decoder] takes bytes in any portions and gives whole packets, or a
/// [WireException][io.tern.wire.codec.WireException] that names the reason code to answer with and the statement of the
/// standard that was broken. All that can be refused is listed in `Rule`; all that differs between the versions is
/// listed in `Dialect`; then there is one reader and one writer a packet family.
///
/// Nothing here blocks, logs, or takes more memory than the bytes that really came. Encoding appends to a
/// [ByteWriter][io.tern.wire.codec.ByteWriter] and keeps no state.
package io.tern.wire.codec;
