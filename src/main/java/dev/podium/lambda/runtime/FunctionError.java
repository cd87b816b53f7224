package dev.podium.lambda.runtime;

/// An error that the runtime reported about its function.
///
/// @param errorType such as `Runtime.ImportModuleError`; `Runtime.Unknown` when the runtime named none
/// @param payload the runtime's own JSON (`errorMessage`, `errorType`, `stackTrace`), passed on unchanged
@SuppressWarnings("ArrayRecordComponent") // payloads are passed on, never compared
public record FunctionError(String errorType, byte[] payload) {}
