package dev.podium.sqs;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a message says; never changes.
///
/// @param sender      SenderId: the account that sent it
/// @param traceHeader system attribute AWSTraceHeader
record Content(
        String body,
        Map<String, MessageAttribute> attributes,
        String sender,
        @Nullable String traceHeader) {
    Content {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }
}
