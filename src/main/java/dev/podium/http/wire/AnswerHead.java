package dev.podium.http.wire;

import org.jspecify.annotations.Nullable;

/// What an answer begins with.
///
/// @param reason null for the usual one of the status
public record AnswerHead(int status, @Nullable String reason, WireHeaders headers) {}
