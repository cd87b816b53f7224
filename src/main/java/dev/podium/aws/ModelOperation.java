package dev.podium.aws;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation of a service model.
///
/// @param uri           template of path and query
/// @param status        of a successful response
/// @param inputShape    null when it takes nothing
/// @param outputShape   null when it answers nothing
/// @param resultWrapper element around the result in the query protocol, or null
/// @param errors        names of the exceptions it may answer
record ModelOperation(
        String name,
        String method,
        String uri,
        int status,
        @Nullable String inputShape,
        @Nullable String outputShape,
        @Nullable String resultWrapper,
        List<String> errors,
        Shapes shapes) {
    /// What it takes; null when nothing.
    Shape.@Nullable Structure input() {
        return inputShape == null ? null : shapes.structure(inputShape);
    }

    /// The same operation over other shapes of the same names.
    ModelOperation over(Shapes others) {
        return new ModelOperation(name, method, uri, status, inputShape, outputShape, resultWrapper, errors, others);
    }

    /// What it answers; null when nothing.
    Shape.@Nullable Structure output() {
        return outputShape == null ? null : shapes.structure(outputShape);
    }
}
