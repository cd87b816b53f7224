package dev.podium.lambda.invoke;

/// What a function's code depends on could not be installed.
final class InstallationFailed extends Exception {
    private static final long serialVersionUID = 1;

    /// @param why with the end of the tool's output
    InstallationFailed(String why) {
        super(why, null, false, false);
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
