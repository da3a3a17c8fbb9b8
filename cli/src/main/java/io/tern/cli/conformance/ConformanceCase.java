package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One case of a script: what is sent and what must come, and what that proves.
///
/// @param file name of the script, e.g. `connect`
/// @param name what the case shows, unique in its file
/// @param versions those it runs in
/// @param statements ids it holds, by the version whose specification has them; none for 3.1
/// @param needs abilities that a broker may lack, as [Ability] names them
/// @param options settings that the broker must have been started with, as in `tern.yaml`; empty for the default ones
/// @param steps in order
public record ConformanceCase(
        String file,
        String name,
        Set<MqttVersion> versions,
        Map<MqttVersion, List<String>> statements,
        Set<Ability> needs,
        Map<String, String> options,
        List<Step> steps) {

    /// Whether it waits for time to pass, so that it is slow on a real network.
    ///
    /// @return true if a step waits
    public boolean waits() {
        return steps.stream().anyMatch(step -> step.act() == Step.Act.WAIT);
    }

    /// Whether it holds a statement.
    ///
    /// @param id e.g. `MQTT-3.1.0-1`, in any version
    /// @return true if so
    public boolean holds(String id) {
        return statements.values().stream().anyMatch(ids -> ids.contains(id));
    }

    @Override
    public String toString() {
        return file + ": " + name;
    }
}
