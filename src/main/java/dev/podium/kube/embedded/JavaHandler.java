package dev.podium.kube.embedded;

import com.fasterxml.jackson.databind.JavaType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A function's handler, found by name in its own class loader and called by reflection.
///
/// The loader sees the JDK and the function's archive (`/var/task`, its `lib/*.jar`, `/opt/java/lib/*.jar`),
/// and nothing of Podium's.
final class JavaHandler {
    private static final String CORE = "com.amazonaws.services.lambda.runtime.";

    private final Method method;
    private final @Nullable Object instance;
    /// Type of the input; null when the method takes none.
    private final @Nullable JavaType input;

    private final boolean streams;
    private final JavaContext context;

    private JavaHandler(
            Method method, @Nullable Object instance, @Nullable JavaType input, boolean streams, JavaContext context) {
        this.method = method;
        this.instance = instance;
        this.input = input;
        this.streams = streams;
        this.context = context;
    }

    /// Finds and makes the handler that `_HANDLER` names: `package.Class` or `package.Class::method`.
    static JavaHandler load(Map<String, String> environment) throws Throwable {
        String name = environment.getOrDefault("_HANDLER", "");
        int colons = name.indexOf("::");
        String className = colons < 0 ? name : name.substring(0, colons);
        String methodName = colons < 0 ? "handleRequest" : name.substring(colons + 2);
        URLClassLoader loader = loader(environment);
        Thread.currentThread().setContextClassLoader(loader);
        Class<?> type;
        try {
            type = loader.loadClass(className);
        } catch (ClassNotFoundException e) {
            throw new ClassNotFoundException("Class not found: " + className);
        }
        Method method = method(type, methodName);
        method.setAccessible(true);
        try {
            Object instance = Modifier.isStatic(method.getModifiers())
                    ? null
                    : type.getDeclaredConstructor().newInstance();
            Class<?>[] parameters = method.getParameterTypes();
            boolean streams =
                    parameters.length >= 2 && parameters[0] == InputStream.class && parameters[1] == OutputStream.class;
            boolean takesInput = parameters.length > 0 && !isContext(parameters[0]);
            JavaType input = streams || !takesInput ? null : input(type, method);
            return new JavaHandler(method, instance, input, streams, new JavaContext(loader, environment));
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /// Handles one invocation.
    ///
    /// @return the result as JSON, or what a stream handler wrote
    /// @throws Throwable what the function has thrown
    byte[] call(JavaLoopConnection.Answer event) throws Throwable {
        System.setProperty("com.amazonaws.xray.traceHeader", event.header("lambda-runtime-trace-id"));
        List<@Nullable Object> arguments = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (streams) {
            arguments.add(new ByteArrayInputStream(event.body()));
            arguments.add(out);
        } else if (input != null) {
            arguments.add(value(event.body(), input));
        }
        if (arguments.size() < method.getParameterCount()) {
            arguments.add(context.of(event));
        }
        try {
            Object result = method.invoke(instance, arguments.toArray());
            return streams ? out.toByteArray() : JavaLoop.MAPPER.writeValueAsBytes(result);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static @Nullable Object value(byte[] json, JavaType type) throws IOException {
        if (type.getRawClass() == InputStream.class) {
            return new ByteArrayInputStream(json);
        }
        try {
            return json.length == 0 ? null : JavaLoop.MAPPER.readValue(json, type);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException("An error occurred during JSON parsing: " + e.getOriginalMessage(), e);
        }
    }

    private static URLClassLoader loader(Map<String, String> environment) throws IOException {
        List<URL> urls = new ArrayList<>();
        Path task = Path.of(environment.getOrDefault("LAMBDA_TASK_ROOT", "/var/task"));
        urls.add(url(task));
        addJars(urls, task.resolve("lib"));
        addJars(urls, Path.of(environment.getOrDefault("PODIUM_OPT", "/opt")).resolve("java/lib"));
        // Without a name, which would stand before every class in stack traces.
        return new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    private static void addJars(List<URL> urls, Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
                List<Path> sorted = new ArrayList<>();
                jars.forEach(sorted::add);
                sorted.sort(Comparator.naturalOrder());
                for (Path jar : sorted) {
                    urls.add(url(jar));
                }
            }
        }
    }

    private static URL url(Path path) throws MalformedURLException {
        return path.toUri().toURL();
    }

    /// The method of this name with the most parameters, as Amazon's client chooses it.
    private static Method method(Class<?> type, String name) throws NoSuchMethodException {
        Method best = null;
        for (Method m : type.getMethods()) {
            boolean usable = m.getName().equals(name) && !m.isBridge() && !m.isSynthetic();
            if (usable && m.getParameterCount() <= 3 && (best == null || better(m, best))) {
                best = m;
            }
        }
        if (best == null) {
            throw new NoSuchMethodException("No public method named " + name
                    + " with appropriate method signature found on class " + type.getName());
        }
        return best;
    }

    private static boolean better(Method one, Method other) {
        boolean context = takesContext(one);
        return one.getParameterCount() != other.getParameterCount()
                ? one.getParameterCount() > other.getParameterCount()
                : context && !takesContext(other);
    }

    private static boolean takesContext(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length > 0 && isContext(types[types.length - 1]);
    }

    private static boolean isContext(Class<?> type) {
        return type.getName().equals(CORE + "Context");
    }

    /// The input's type; for an implementation of `RequestHandler` what its first type parameter stands for.
    private static JavaType input(Class<?> type, Method method) {
        var types = JavaLoop.MAPPER.getTypeFactory();
        JavaType whole = types.constructType(type);
        for (Class<?> c = type; c != null; c = c.getSuperclass()) {
            for (Class<?> i : c.getInterfaces()) {
                if (i.getName().equals(CORE + "RequestHandler")
                        && method.getName().equals("handleRequest")) {
                    return whole.findSuperType(i).containedTypeOrUnknown(0);
                }
            }
        }
        return types.constructType(method.getGenericParameterTypes()[0]);
    }
}
