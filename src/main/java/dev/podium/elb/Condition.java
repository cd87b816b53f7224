package dev.podium.elb;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request must fulfil for a rule, as the API has it and as it is stored. One of the configurations is
/// there,
/// the one that belongs to the field.
///
/// @param field  such as `path-pattern`
/// @param values those of the host header and the path pattern, once more
record Condition(
        @Nullable String field,
        @Nullable List<String> values,
        @Nullable Patterns hostHeaderConfig,
        @Nullable Patterns pathPatternConfig,
        @Nullable HttpHeader httpHeaderConfig,
        @Nullable QueryString queryStringConfig,
        @Nullable Values httpRequestMethodConfig,
        @Nullable Values sourceIpConfig,
        @Nullable List<String> regexValues) {

    /// Patterns, or regular expressions.
    record Patterns(@Nullable List<String> values, @Nullable List<String> regexValues) {}

    /// Values that are compared as they are.
    record Values(@Nullable List<String> values) {}

    /// A header, and patterns of its value.
    record HttpHeader(
            @Nullable String httpHeaderName,
            @Nullable List<String> values,
            @Nullable List<String> regexValues) {}

    /// Patterns of parameters.
    record QueryString(@Nullable List<KeyValue> values) {}

    /// A parameter; without a key, any.
    record KeyValue(@Nullable String key, @Nullable String value) {}

    /// The names of the configurations that are there, by the field they belong to.
    @JsonIgnore
    List<String> configured() {
        return java.util.stream.Stream.of(
                        hostHeaderConfig == null ? null : "host-header",
                        pathPatternConfig == null ? null : "path-pattern",
                        httpHeaderConfig == null ? null : "http-header",
                        queryStringConfig == null ? null : "query-string",
                        httpRequestMethodConfig == null ? null : "http-request-method",
                        sourceIpConfig == null ? null : "source-ip")
                .filter(java.util.Objects::nonNull)
                .toList();
    }
}
