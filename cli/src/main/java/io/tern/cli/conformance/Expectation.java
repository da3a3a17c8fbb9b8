package io.tern.cli.conformance;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What a packet must look like.
///
/// Fields that aren't named have to be those of the plainest packet: PUBLISH at QoS 0 with no flag, no payload and no
/// property; acknowledgements of packet 1 with any success; CONNACK with success, no session and any properties.
final class Expectation {

    private static final String ANY = "*";
    private static final String ABSENT = "-";
    private static final String SUCCESS = "ok";
    private static final String FAILURE = "fail";

    private final String name;
    private final List<String> words;
    private final Names names;

    Expectation(String line, Names names) {
        List<String> split = Words.split(line);
        this.name = split.get(0);
        this.words = split.subList(1, split.size());
        this.names = names;
    }

    /// @return null if it is as expected, else what differs; captures are made only then
    String difference(Received packet) {
        if (name.equals("bytes")) {
            return bytes(packet);
        }
        if (!name.equals(packet.name())) {
            return "another packet";
        }
        Map<String, String> due = defaults(packet);
        List<String[]> properties = new ArrayList<>();
        boolean open = !name.equals("publish");
        for (String word : words) {
            int at = word.indexOf('=');
            String key = at < 0 ? word : word.substring(0, at);
            String value = at < 0 ? "1" : word.substring(at + 1);
            if (word.equals(ANY)) {
                open = true;
            } else if (Field.of(key) != null) {
                properties.add(new String[] {key, value});
            } else {
                due.put(key, value);
            }
        }
        Map<String, String> captures = new HashMap<>();
        for (Map.Entry<String, String> each : due.entrySet()) {
            String is = packet.field(each.getKey());
            if (!fits(each.getValue(), is, captures)) {
                return each.getKey() + " is " + (is == null ? "missing" : Words.printable(is));
            }
        }
        String difference = properties(packet, properties, open, captures);
        if (difference == null) {
            captures.forEach(names::capture);
        }
        return difference;
    }

    private static Map<String, String> defaults(Received packet) {
        Map<String, String> due = new HashMap<>();
        switch (packet.name()) {
            case "connack" -> {
                due.put("session", "0");
                due.put("reason", "00");
            }
            case "publish" -> {
                due.put("qos", "0");
                due.put("dup", "0");
                due.put("retain", "0");
                due.put("payload", "");
            }
            case "puback", "pubrec", "pubrel", "pubcomp" -> {
                due.put("pid", "1");
                due.put("reason", SUCCESS);
            }
            case "suback", "unsuback" -> due.put("pid", "1");
            default -> { }
        }
        return due;
    }

    private boolean fits(String due, String is, Map<String, String> captures) {
        if (due.equals(ANY)) {
            return is != null;
        }
        if (is == null || due.equals(ABSENT)) {
            return is == null;
        }
        if (due.matches("\\$\\w+")) {
            String captured = names.captured(due.substring(1));
            if (captured == null) {
                captures.put(due.substring(1), is);
                return true;
            }
            return captured.equals(is);
        }
        if (due.matches("\\d+\\.\\.\\d+") && is.matches("\\d+")) {
            long from = Long.parseLong(due.substring(0, due.indexOf('.')));
            long to = Long.parseLong(due.substring(due.lastIndexOf('.') + 1));
            return Long.parseLong(is) >= from && Long.parseLong(is) <= to;
        }
        if (due.startsWith("'")) {
            return Words.value(due, names).equals(is);
        }
        for (String each : due.split("\\|", -1)) {
            if (list(each, is)) {
                return true;
            }
        }
        return false;
    }

    /// One alternative: a value, or a list of codes that may say just `ok` or `fail`.
    private boolean list(String due, String is) {
        String value = Words.value(due, names);
        if (value.equals(is)) {
            return true;
        }
        String[] dues = value.split(",", -1);
        String[] codes = is.split(",", -1);
        if (dues.length != codes.length) {
            return false;
        }
        for (int i = 0; i < dues.length; i++) {
            boolean code = codes[i].matches("[0-9a-f]{2}");
            boolean error = code && Integer.parseInt(codes[i], 16) >= 0x80;
            boolean fits = dues[i].equals(codes[i])
                    || code && dues[i].equals(SUCCESS) && !error
                    || code && dues[i].equals(FAILURE) && error;
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /// Properties of one name have to come in the order given; other properties only where anything may come.
    private String properties(
            Received packet, List<String[]> due, boolean open, Map<String, String> captures) {
        Set<String> named = new HashSet<>();
        for (String[] each : due) {
            named.add(each[0]);
        }
        for (String key : named) {
            List<String> is = packet.properties().stream()
                    .filter(property -> property.field().word().equals(key))
                    .map(Received.Property::value)
                    .toList();
            List<String> wanted = due.stream()
                    .filter(each -> each[0].equals(key) && !each[1].equals(ABSENT))
                    .map(each -> each[1])
                    .toList();
            boolean same = is.size() == wanted.size();
            for (int i = 0; same && i < is.size(); i++) {
                same = fits(wanted.get(i), is.get(i), captures);
            }
            if (!same && !(key.equals("subid") && anyOrder(wanted, is))) {
                return key + " is " + is;
            }
        }
        for (Received.Property property : packet.properties()) {
            if (!open && !named.contains(property.field().word())) {
                return "it has " + property.field().word();
            }
        }
        return null;
    }

    private static boolean anyOrder(List<String> wanted, List<String> is) {
        return wanted.stream().sorted().toList().equals(is.stream().sorted().toList());
    }

    private String bytes(Received packet) {
        byte[] frame = packet.frame();
        int at = 0;
        for (String word : words) {
            if (word.equals(ANY)) {
                return null;
            }
            for (int i = 0; i < word.length(); i += 2) {
                String digits = word.substring(i, i + 2);
                if (at == frame.length) {
                    return "it is shorter";
                }
                if (!digits.equals("..") && Integer.parseInt(digits, 16) != (frame[at] & 0xFF)) {
                    return String.format(Locale.ROOT, "byte %d is %02x", at, frame[at] & 0xFF);
                }
                at++;
            }
        }
        return at == frame.length ? null : "it is longer";
    }
}
