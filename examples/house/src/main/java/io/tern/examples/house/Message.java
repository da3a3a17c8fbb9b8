package io.tern.examples.house;

import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What sensors and controllers say, as JSON: `{"run":"3f2a","from":"s17","seq":42,"value":21.4}`.
///
/// @param run which run of this program; what an earlier one left with the broker is not counted
/// @param from who says it
/// @param seq counts this publisher's messages on this topic, from 1
/// @param value a JSON value
record Message(String run, String from, int seq, String value) {

    /// It reads back what this program wrote and nothing else, so that it needs no JSON library.
    private static final Pattern JSON = Pattern.compile(
            "\\{\"run\":\"([\\w-]+)\",\"from\":\"([\\w-]+)\",\"seq\":(\\d{1,9}),\"value\":([^}]+)}");

    byte[] toJson() {
        String json = "{\"run\":\"" + run + "\",\"from\":\"" + from + "\",\"seq\":" + seq + ",\"value\":" + value + "}";
        return json.getBytes(StandardCharsets.UTF_8);
    }

    /// @return null if it is something else
    static Message parse(byte[] payload) {
        Matcher json = JSON.matcher(new String(payload, StandardCharsets.UTF_8));
        return json.matches()
                ? new Message(json.group(1), json.group(2), Integer.parseInt(json.group(3)), json.group(4))
                : null;
    }
}
