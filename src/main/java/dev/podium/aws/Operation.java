package dev.podium.aws;

import org.jspecify.annotations.Nullable;

/// The handler of one operation: from its request record to its response record.
///
/// @param <I> record bound to the model's input shape: component `functionName` is member `FunctionName`
/// @param <O> record bound to the model's output shape, or [Void] when it has none
@FunctionalInterface
public interface Operation<I, O> {
    /// Carries out a call whose input has passed the model's validation.
    ///
    /// @return the response; null when the operation answers nothing
    /// @throws AwsException for every failure that the client is to understand; anything else becomes a 500
    @Nullable
    O handle(Call call, I input) throws Exception;
}
