package dev.podium.aws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The shapes of a model. Each is built from its line of the model's file when it is first asked for, so that a
/// service's first request pays only for the shapes that it reaches.
final class Shapes {
    private final Map<String, String> lines;
    private final boolean inQuery;
    private final Map<String, Shape> built = new ConcurrentHashMap<>();

    /// @param lines JSON of each shape by its name
    Shapes(Map<String, String> lines) {
        this(lines, false);
    }

    private Shapes(Map<String, String> lines, boolean inQuery) {
        this.lines = lines;
        this.inQuery = inQuery;
    }

    /// The same shapes with the names that they have in the query protocol.
    Shapes inQuery() {
        return new Shapes(lines, true);
    }

    /// Tells whether members go by their names of the query protocol.
    boolean namedForQuery() {
        return inQuery;
    }

    /// A shape by its name; null when the model lacks it.
    @Nullable
    Shape find(String name) {
        Shape shape = built.get(name);
        if (shape != null) {
            return shape;
        }
        String line = lines.get(name);
        return line == null ? null : built.computeIfAbsent(name, key -> ShapeReader.read(key, line, this));
    }

    /// A shape by its name.
    ///
    /// @throws IllegalStateException if the model lacks it
    Shape get(String name) {
        Shape shape = find(name);
        if (shape == null) {
            throw new IllegalStateException("model lacks shape " + name);
        }
        return shape;
    }

    /// A structure by its name; null when the model lacks it, or it is none.
    Shape.@Nullable Structure structure(String name) {
        return find(name) instanceof Shape.Structure structure ? structure : null;
    }
}
