package dev.podium.lambda.api;

import static dev.podium.lambda.api.SettingsRules.invalid;

import dev.podium.lambda.FunctionSettings;
import dev.podium.lambda.api.Requests.UpdateFunctionConfigurationRequest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which functions may ask for SnapStart. Pods have no snapshots: the setting is checked, kept and shown.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html">SnapStart</a>
final class SnapStartRules {
    private static final String ON = "PublishedVersions";
    private static final Pattern RUNTIME = Pattern.compile("(java|python3\\.|dotnet)(\\d+).*");

    private SnapStartRules() {}

    /// SnapStart's `ApplyOn` after a change.
    static String of(FunctionSettings before, UpdateFunctionConfigurationRequest request) {
        Requests.SnapStart given = request.snapStart();
        String applyOn = given == null || given.applyOn() == null ? before.snapStart() : given.applyOn();
        if (!applyOn.equals(ON)) {
            return applyOn;
        }
        String runtime = request.runtime() == null ? before.runtime() : request.runtime();
        if (!supports(runtime)) {
            throw invalid((runtime == null ? "Container image" : runtime)
                    + " is not supported for SnapStart enabled functions.");
        }
        Requests.EphemeralStorage storage = request.ephemeralStorage();
        if ((storage == null ? before.ephemeralStorage() : storage.size()) > FunctionSettings.DEFAULT_STORAGE) {
            throw invalid("Ephemeral storage larger than " + FunctionSettings.DEFAULT_STORAGE
                    + " MB is not supported for SnapStart enabled functions.");
        }
        return applyOn;
    }

    /// Java 11, Python 3.12 and .NET 8, each with what came later.
    private static boolean supports(@Nullable String runtime) {
        Matcher matcher = RUNTIME.matcher(runtime == null ? "" : runtime);
        if (!matcher.matches()) {
            return false;
        }
        int version = Integer.parseInt(matcher.group(2));
        return switch (matcher.group(1)) {
            case "java" -> version >= 11;
            case "dotnet" -> version >= 8;
            default -> version >= 12;
        };
    }
}
