package io.tern.cli.conformance;

import io.tern.wire.MqttVersion;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The words behind `bytes`: packets that no assembler would make.
///
/// Hex digits in pairs; `'text'` for its bytes, `"text"` with two bytes of length in front, both with `*N` for
/// repetition; `len` for the Remaining Length of all that follows; `proto` for protocol name and level; `{ ... }` for
/// properties with their length, nothing at all in 3.x; `$name` for a captured packet identifier.
final class RawBytes {

    private RawBytes() {}

    static byte[] of(List<String> words, MqttVersion version, Names names) {
        Deque<Bytes> open = new ArrayDeque<>();
        Deque<String> closing = new ArrayDeque<>();
        open.push(new Bytes());
        for (String word : words) {
            switch (word) {
                case "len" -> {
                    open.push(new Bytes());
                    closing.push("len");
                }
                case "{" -> {
                    open.push(new Bytes());
                    closing.push("{");
                }
                case "}" -> {
                    closing.pop();
                    Bytes properties = open.pop();
                    if (version.isV5()) {
                        open.peek().varint(properties.size()).all(properties);
                    }
                }
                case "proto" -> open.peek().text(version.protocolName()).number(version.level(), 1);
                default -> word(word, names, open.peek());
            }
        }
        while (!closing.isEmpty()) {
            closing.pop();
            Bytes body = open.pop();
            open.peek().varint(body.size()).all(body);
        }
        return open.pop().toArray();
    }

    private static void word(String word, Names names, Bytes out) {
        if (word.startsWith("'")) {
            out.raw(Words.value(word, names));
        } else if (word.startsWith("\"")) {
            out.text(Words.value(word.replace('"', '\''), names));
        } else if (word.startsWith("$")) {
            out.number(Long.parseLong(Words.value(word, names)), 2);
        } else {
            int star = word.indexOf('*');
            String digits = star < 0 ? word : word.substring(0, star);
            int times = star < 0 ? 1 : Integer.parseInt(word.substring(star + 1));
            if (digits.length() % 2 != 0) {
                throw new IllegalArgumentException("not hex digits in pairs: " + word);
            }
            for (int i = 0; i < times; i++) {
                for (int at = 0; at < digits.length(); at += 2) {
                    out.number(Integer.parseInt(digits.substring(at, at + 2), 16), 1);
                }
            }
        }
    }
}
