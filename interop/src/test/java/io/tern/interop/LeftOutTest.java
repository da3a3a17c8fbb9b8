package io.tern.interop;

import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Says which clients this machine doesn't have, and how to get them.
@DisplayNameGeneration(MethodNames.class)
final class LeftOutTest {

    LeftOutTest() {}

    @ParameterizedTest(name = "[{0}]")
    @EnumSource
    void be_there(Maker maker) {
        maker.missing().ifPresent(how -> {
            String line = "left out: " + maker + " (" + how + ")";
            System.out.println("interop: " + line);
            abort(line);
        });
    }
}
