package io.tern.interop;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/// Names a test by its method alone, without the types of its parameters.
final class MethodNames extends DisplayNameGenerator.Standard {

    MethodNames() {}

    @Override
    public String generateDisplayNameForMethod(List<Class<?>> enclosing, Class<?> test, Method method) {
        return method.getName();
    }
}
