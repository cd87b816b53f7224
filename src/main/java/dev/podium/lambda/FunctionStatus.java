package dev.podium.lambda;

import org.jspecify.annotations.Nullable;

/// State and LastUpdateStatus of a function, with AWS's values and reasons.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html">Function states</a>
public record FunctionStatus(
        String state,
        @Nullable String stateReason,
        @Nullable String stateReasonCode,
        @Nullable String lastUpdateStatus,
        @Nullable String lastUpdateStatusReason,
        @Nullable String lastUpdateStatusReasonCode) {

    private static final String CREATING = "The function is being created.";

    /// What CreateFunction answers.
    public static FunctionStatus pending() {
        return new FunctionStatus("Pending", CREATING, "Creating", null, null, null);
    }

    /// Ready to be invoked.
    public static FunctionStatus active() {
        return new FunctionStatus("Active", null, null, "Successful", null, null);
    }

    /// What an update answers.
    public static FunctionStatus updating() {
        return new FunctionStatus("Active", null, null, "InProgress", CREATING, "Creating");
    }

    /// Can't be run: the image is missing or doesn't start.
    public static FunctionStatus failed(String reason, String reasonCode) {
        return new FunctionStatus("Failed", reason, reasonCode, "Failed", reason, reasonCode);
    }

    /// Tells whether the work that the last change asked for is still to be done.
    public boolean unsettled() {
        return state.equals("Pending") || "InProgress".equals(lastUpdateStatus);
    }
}
