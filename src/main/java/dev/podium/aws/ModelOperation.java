package dev.podium.aws;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// An operation of a service model.
///
/// @param uri            template of path and query
/// @param status         of a successful response
/// @param input          null when it takes nothing
/// @param output         null when it answers nothing
/// @param resultWrapper  element around the result in the query protocol, or null
/// @param errors         names of the exceptions it may answer
record ModelOperation(
        String name,
        String method,
        String uri,
        int status,
        Shape.@Nullable Structure input,
        Shape.@Nullable Structure output,
        @Nullable String resultWrapper,
        List<String> errors) {}
