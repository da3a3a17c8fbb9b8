package io.tern.interop;

import io.tern.wire.MqttVersion;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ArgumentsSource;

/// A scenario that is played with each client on this machine, over each transport and in each version it has.
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "[{0}]")
@ArgumentsSource(PresentVariants.class)
@interface EachClient {

    /// The oldest version that has what the scenario is about.
    MqttVersion from() default MqttVersion.V3_1;

    /// Whose clients can't do it.
    Maker[] without() default {};
}
