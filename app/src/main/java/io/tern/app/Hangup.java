package io.tern.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SIGHUP, which for a server means by old custom to read its configuration again.
///
/// By `sun.misc.Signal`, in the JDK's module of what it doesn't support and everybody needs, and by reflection, since
/// the compiler warns of each mention of it.
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);
    private static final String NAME = "HUP";

    private Hangup() {}

    /// Has something done at each SIGHUP from now on, in place of ending the process.
    ///
    /// @param action on a thread of its own, maybe several at a time
    /// @return false where there is no such signal, or where the process was started to ignore it
    static boolean on(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (proxy, method, arguments) -> called(method, arguments, proxy, action));
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(NAME), ours);
            return true;
        } catch (InvocationTargetException e) {
            LOG.debug("no SIGHUP here", e.getCause());
        } catch (ReflectiveOperationException e) {
            LOG.debug("no SIGHUP in this JDK", e);
        }
        return false;
    }

    private static Object called(Method method, Object[] arguments, Object proxy, Runnable action) {
        return switch (method.getName()) {
            case "handle" -> {
                action.run();
                yield null;
            }
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> NAME;
        };
    }
}
