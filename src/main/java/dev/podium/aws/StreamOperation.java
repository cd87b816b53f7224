package dev.podium.aws;

import dev.podium.http.Body;

/// The handler of a REST operation whose body flows, in or out: its other members are parsed, checked and bound.
///
/// @param <I> record of the request, without the body
/// @param <O> record of the response's headers
@FunctionalInterface
public interface StreamOperation<I, O> {
    /// Carries out a call.
    ///
    /// @param content of the request
    /// @throws AwsException for every failure that the client is to understand; anything else becomes a 500
    Flowing<O> handle(Call call, I input, Content content) throws Exception;

    /// An answer.
    ///
    /// @param <O> record of its headers
    record Flowing<O>(int status, O output, Body body) {
        /// An answer without a body.
        public static <O> Flowing<O> of(O output) {
            return new Flowing<>(200, output, new Body.Bytes(new byte[0]));
        }
    }
}
