package dev.podium.lambda.runtime;

/// Why a call of the Extensions API is refused.
///
/// @param status 400 or 403
/// @param errorType as in AWS's answers
/// @param message what to do otherwise
record ExtensionError(int status, String errorType, String message) {
    static ExtensionError alreadyRegistered(String name) {
        return new ExtensionError(
                403, "Extension.AlreadyRegistered", "Extension with this name already registered: " + name);
    }

    static ExtensionError tooMany(int most) {
        return new ExtensionError(
                403, "Extension.TooManyExtensions", "Extension limit (" + most + ") reached, no more can register");
    }

    static ExtensionError registrationClosed() {
        return new ExtensionError(
                403,
                "Extension.RegistrationClosed",
                "Extension registration closed already: extensions register while the environment is initialised");
    }

    static ExtensionError shutdownForInternal(String name) {
        return new ExtensionError(
                403,
                "ShutdownEventNotSupportedForInternalExtension",
                "SHUTDOWN event not supported for internal extensions: there is no file /opt/extensions/" + name);
    }

    static ExtensionError invalidTransition(String name, String from, String to) {
        return new ExtensionError(
                403,
                "Extension.InvalidExtensionState",
                "State transition from " + from + " to " + to + " failed for extension " + name
                        + ". Error: State transition is not allowed");
    }
}
