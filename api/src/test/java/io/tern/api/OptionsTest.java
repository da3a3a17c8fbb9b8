package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class OptionsTest {

    private static final Option<Integer> PORT = Option.integer("mqtt.port", 1883, 0, 65_535, "", "Port.");
    private static final Option<String> HOST = Option.text("mqtt.host", "", "Address.");

    @Test
    void absent_is_the_default() {
        assertThat(Options.DEFAULTS.get(PORT)).isEqualTo(1883);
        assertThat(Options.DEFAULTS.get(HOST)).isEmpty();
        assertThat(Options.DEFAULTS.isGiven(PORT)).isFalse();
    }

    @Test
    void given_holds_and_with_leaves_the_old_set_alone() {
        Options first = Options.builder().with(PORT, 1).parse(HOST, " ::1").build();
        Options second = first.with(PORT, 2);
        assertThat(first.get(PORT)).isEqualTo(1);
        assertThat(second.get(PORT)).isEqualTo(2);
        assertThat(second.get(HOST)).isEqualTo(" ::1");
        assertThat(second.isGiven(HOST)).isTrue();
    }

    @Test
    void a_built_set_does_not_change_with_its_builder() {
        Options.Builder builder = Options.builder().with(PORT, 1);
        Options built = builder.build();
        builder.with(PORT, 2);
        assertThat(built.get(PORT)).isEqualTo(1);
    }

    @Test
    void what_is_laid_over_wins() {
        Options file = Options.builder().with(PORT, 1).with(HOST, "a").build();
        Options line = Options.builder().with(PORT, 2).build();
        assertThat(file.with(line)).isEqualTo(Options.builder().with(PORT, 2).with(HOST, "a").build());
    }

    @Test
    void a_value_out_of_range_is_refused_with_its_key() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.DEFAULTS.with(PORT, -1))
                .withMessage("mqtt.port: -1 is below the least, 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Options.builder().parse(PORT, "x"))
                .withMessage("mqtt.port: x is not a whole number");
    }
}
