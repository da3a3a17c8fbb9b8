package io.tern.examples.house;

import java.util.ArrayList;
import java.util.List;

/// Where a sensor hangs, and the topics that follow from it.
///
/// @param number 0 and up, through the whole house
/// @param room the topic of its room: `house/ground/kitchen`
/// @param kind what it measures
record Place(int number, String room, Kind kind) {

    private static final List<String> FLOORS = List.of("cellar", "ground", "first", "attic");
    private static final List<String> ROOMS = List.of("hall", "kitchen", "living", "dining", "bath", "bedroom",
            "nursery", "study", "utility", "guest");

    /// Fills a house: five sensors a room, ten rooms a floor, and as many floors as it takes.
    ///
    /// @param root first level of all topics
    /// @param sensors how many
    static List<Place> plan(String root, int sensors) {
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < sensors; i++) {
            int room = i / Kind.values().length;
            int floor = room / ROOMS.size();
            String floorName = floor < FLOORS.size() ? FLOORS.get(floor) : "floor-" + floor;
            places.add(new Place(i, root + "/" + floorName + "/" + ROOMS.get(room % ROOMS.size()),
                    Kind.values()[i % Kind.values().length]));
        }
        return places;
    }

    /// The topic of its floor: `house/ground`.
    String floor() {
        return room.substring(0, room.lastIndexOf('/'));
    }

    /// Each reading goes here.
    String topic() {
        return room + "/" + kind.level();
    }

    /// The latest reading, retained.
    String stateTopic() {
        return topic() + "/state";
    }

    /// Whether the sensor is there, retained; its Will says that it isn't.
    String onlineTopic() {
        return topic() + "/online";
    }
}
