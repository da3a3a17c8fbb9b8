package io.tern.auth.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.tern.api.Setting;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What outlives a reading of the configuration, and what doesn't.
class KeptTest {

    @Test
    void what_is_set_as_before_goes_on_and_what_is_no_longer_set_is_forgotten() {
        Kept first = new Kept();
        Object one = first.keep(Object.class, List.of("a"), Object::new);
        assertThat(first.keep(Object.class, List.of("a"), Object::new)).isSameAs(one);
        assertThat(first.keep(Object.class, List.of("b"), Object::new)).isNotSameAs(one);

        Kept failed = new Kept(first); // A configuration that turns out to be wrong is not used.
        failed.keep(Object.class, List.of("c"), Object::new);
        Kept second = new Kept(first);
        assertThat(second.keep(Object.class, List.of("a"), Object::new)).isSameAs(one);

        Kept without = new Kept(second);
        Kept third = new Kept(without);
        assertThat(third.keep(Object.class, List.of("a"), Object::new)).isNotSameAs(one);
    }

    @Test
    void settings_are_the_same_wherever_they_stand_and_others_if_anything_differs() {
        Setting one = new Setting.Section(1, List.of(
                new Setting.Entry(1, "url", new Setting.Value(1, "x", false)),
                new Setting.Entry(2, "list", new Setting.Items(2, List.of(new Setting.Value(2, "y", false))))));
        Setting moved = new Setting.Section(7, List.of(
                new Setting.Entry(8, "list", new Setting.Items(8, List.of(new Setting.Value(9, "y", false)))),
                new Setting.Entry(9, "url", new Setting.Value(9, "x", false))));
        assertThat(Kept.text(moved)).isEqualTo(Kept.text(one));
        Setting other = new Setting.Section(1, List.of(
                new Setting.Entry(1, "url", new Setting.Value(1, "x', list:[y", false))));
        assertThat(Kept.text(other)).isNotEqualTo(Kept.text(one));
    }
}
