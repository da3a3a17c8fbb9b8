package io.tern.transport;

import java.util.List;
import java.util.stream.Collectors;

/// A listener can't listen. The message is one line that names the listener, and the place or file and the reason.
public final class ListenException extends Exception {

    private static final long serialVersionUID = 1;

    private final String listener;
    private final transient List<ListenException> failures;

    ListenException(ListenerOptions options, String reason, Throwable cause) {
        super("listener " + options.name() + ": can't listen on " + options.place() + ": " + reason, cause);
        this.listener = options.name();
        this.failures = List.of();
    }

    private ListenException(List<ListenException> failures) {
        super(failures.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")), failures.getFirst());
        this.listener = failures.getFirst().listener;
        this.failures = List.copyOf(failures);
    }

    /// All listeners that can't listen, told together.
    ///
    /// @param failures one each, at least one
    /// @return with a line for each
    public static ListenException of(List<ListenException> failures) {
        return failures.size() == 1 ? failures.getFirst() : new ListenException(failures);
    }

    /// The listeners of which it tells.
    ///
    /// @return one each
    public List<ListenException> failures() {
        return failures == null || failures.isEmpty() ? List.of(this) : failures;
    }

    /// Which listener it is.
    ///
    /// @return its name
    public String listener() {
        return listener;
    }
}
