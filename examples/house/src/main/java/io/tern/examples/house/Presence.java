package io.tern.examples.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tern.wire.Publish;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Which sensors are there, by what was last heard on their online topics.
final class Presence {

    private final Map<String, String> said = new ConcurrentHashMap<>();

    void arrived(Publish publish) {
        said.put(publish.topic().value(), new String(publish.payload(), UTF_8));
    }

    /// @param gone the one whose power was cut
    Report.Sentence verdict(List<Place> places, Place gone) {
        long online = places.stream().filter(place -> "true".equals(said.get(place.onlineTopic()))).count();
        boolean goneIsKnown = "false".equals(said.get(gone.onlineTopic()));
        return new Report.Sentence(online + " of " + places.size() + " sensors are online, and " + gone.topic()
                + (goneIsKnown ? " is known to be gone by its Will" : " is gone, but its Will is missing"),
                goneIsKnown && online == places.size() - 1);
    }
}
