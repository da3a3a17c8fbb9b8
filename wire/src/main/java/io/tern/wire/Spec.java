package io.tern.wire;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Names the normative statements of MQTT that a test holds; here so that the tests of all rooms share it. An id of
/// 3.1.1 that differs from that of 5.0 is written with its version in front: `3.1.1:MQTT-1.5.3-1`.
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {

    /// The ids.
    String[] value();
}
