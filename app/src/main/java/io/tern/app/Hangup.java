package io.tern.app;

import io.tern.api.LostProcess;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SIGHUP, which for a server means by old custom to read its configuration again.
///
/// Until the process can hear it, it must not end it: the launcher has it ignored, and says so by [#HELD]. But what is
/// ignored when a JVM starts stays so, whatever Java asks for. So the C library is asked first.
///
/// By `sun.misc.Signal`, in the JDK's module of what it doesn't support and everybody needs, and by reflection, since
/// the compiler warns of each mention of it.
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);
    /// The variable of the environment by which the launcher says that SIGHUP is ignored only until it is asked for.
    static final String HELD = "TERN_HANGUP";

    private static final String NAME = "HUP";
    private static final int NUMBER = 1;

    private Hangup() {}

    /// Has SIGHUP no longer ignored, if the launcher had it. It takes a while, so it is begun early.
    ///
    /// @return to be waited for
    static Thread release() {
        Thread thread = Thread.ofPlatform().daemon().name("tern-signals").unstarted(Hangup::listen);
        if ("held".equals(System.getenv(HELD))) {
            thread.start();
        }
        return thread;
    }

    /// Sets a handler that does nothing, until there is one of Java's: a function of the C library that takes a number.
    @SuppressWarnings("restricted")
    private static void listen() {
        try {
            Linker linker = Linker.nativeLinker();
            SymbolLookup library = linker.defaultLookup();
            MethodHandle signal = linker.downcallHandle(library.findOrThrow("signal"),
                    FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            MemorySegment before = (MemorySegment) signal.invokeExact(NUMBER, library.findOrThrow("abs"));
            LOG.debug("SIGHUP was handled by {}", before);
        } catch (Throwable none) {
            LostProcess.endIf(none);
            LOG.warn("SIGHUP stays ignored: {}", none.toString());
        }
    }

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
