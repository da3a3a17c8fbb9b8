package io.tern.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class FigureTest {

    @Test
    void a_family_is_read_by_label_and_as_a_whole() {
        Map<String, DoubleSupplier> readings = new LinkedHashMap<>();
        readings.put("z", () -> 3);
        readings.put("a", () -> 0.5);
        Figure figure = Figure.counter("tern_drops_total", "Drops.", "reason", readings);
        assertThat(figure.read()).isEqualTo(3.5);
        assertThat(figure.read("a")).isEqualTo(0.5);
        assertThat(figure.read("none")).isZero();
        assertThat(figure.values()).containsExactly("z", "a");
    }

    @Test
    void one_alone_is_read_when_it_is_asked_for() {
        long[] now = {1};
        Figure figure = Figure.gauge("tern_open", "Open.", () -> now[0]);
        now[0] = 7;
        assertThat(figure.read()).isEqualTo(7);
        assertThat(figure.values()).containsExactly("");
    }

    @Test
    void names_keep_to_the_rules() {
        DoubleSupplier none = () -> 0;
        for (String name : new String[] {"open", "tern_Open", "tern_open_total", "tern__open", "tern_"}) {
            assertThatIllegalArgumentException().as(name).isThrownBy(() -> Figure.gauge(name, "", none));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Figure.counter("tern_open", "", none));
        assertThatIllegalArgumentException().isThrownBy(() ->
                new Figure("tern_open", Figure.Kind.GAUGE, "", "", Map.of("a", none)));
    }

    @Test
    void numbers_are_written_without_exponents() {
        assertThat(Figure.text(0)).isEqualTo("0");
        assertThat(Figure.text(12)).isEqualTo("12");
        assertThat(Figure.text(123_456_789_012_345.0)).isEqualTo("123456789012345");
        assertThat(Figure.text(0.000012)).isEqualTo("0.000012");
        assertThat(Figure.text(100)).isEqualTo("100");
        assertThat(Figure.text(Double.NaN)).isEqualTo("NaN");
    }
}
