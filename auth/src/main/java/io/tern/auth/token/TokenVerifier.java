package io.tern.auth.token;

import io.tern.api.ClientInfo;
import io.tern.api.Verdict;
import java.util.Set;
import java.util.function.Consumer;

/// Judges a token, however it came: as a password, or in an AUTH packet.
public interface TokenVerifier {

    /// Judges one. From any thread; must not block.
    ///
    /// @param client who has sent it
    /// @param token as sent
    /// @param answer takes the verdict, once, on any thread; NEXT if it is no token of the kind known here
    void verify(ClientInfo client, String token, Consumer<Verdict> answer);

    /// Authentication Methods of MQTT 5.0 by which it may come in AUTH packets.
    ///
    /// @return may be empty
    Set<String> methods();
}
