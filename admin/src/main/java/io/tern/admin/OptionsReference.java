package io.tern.admin;

import io.tern.api.Option;
import java.util.List;

/// Renders the declared options as the page that operators read.
public final class OptionsReference {

    private OptionsReference() {}

    /// A table with a row for each option, in the order given.
    ///
    /// @param declared every option of the page
    /// @return Markdown, ending with a line break
    public static String markdown(List<Option<?>> declared) {
        StringBuilder page = new StringBuilder("| key | default | values | meaning |\n| --- | --- | --- | --- |\n");
        for (Option<?> option : declared) {
            page.append("| `").append(option.key())
                    .append("` | ").append(defaultText(option))
                    .append(" | ").append(cell(values(option)))
                    .append(" | ").append(cell(option.meaning()))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static <T> String defaultText(Option<T> option) {
        String text = option.format(option.defaultValue());
        return text.isEmpty() ? "none" : "`" + cell(text) + "`";
    }

    private static String values(Option<?> option) {
        if (option.range().isEmpty()) {
            return "text";
        }
        // A size or a time has its unit in the range already.
        boolean unitToSay = option.type() == Integer.class && !option.unit().isEmpty();
        return unitToSay ? option.range() + " " + option.unit() : option.range();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
