package io.tern.auth.http;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.Map;

/// JSON that a service has answered.
final class Json {

    private static final int CHARS_MAX = 1024 * 1024;

    private Json() {}

    /// @return null if it is no JSON object
    static Map<String, Object> object(String text) {
        try {
            return JSONObjectUtils.parse(text, CHARS_MAX);
        } catch (ParseException e) {
            return null;
        }
    }
}
