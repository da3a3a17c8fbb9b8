package io.tern.auth.token;

import com.nimbusds.jose.jwk.JWK;
import java.util.List;

/// Where the keys come from by which tokens are verified.
interface KeySource {

    /// The keys that may have signed a token. May block.
    ///
    /// @param keyId as the token's header says, or null
    /// @return empty if none fits; null if the keys can't be had now
    List<JWK> keys(String keyId);
}
