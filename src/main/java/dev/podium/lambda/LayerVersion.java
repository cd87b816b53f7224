package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A version of a layer. Immutable; its permissions are kept apart.
///
/// @param scope account and region
/// @param name of the layer, bare
/// @param version from 1 on; never given twice
/// @param description empty for none
/// @param createdDate in Lambda's format
/// @param compatibleRuntimes null when none were named
/// @param compatibleArchitectures null when none were named
/// @param licenseInfo null for none
/// @param content its archive; the ARN in it is the version's
public record LayerVersion(
        Scope scope,
        String name,
        long version,
        String description,
        String createdDate,
        @Nullable List<String> compatibleRuntimes,
        @Nullable List<String> compatibleArchitectures,
        @Nullable String licenseInfo,
        FunctionSettings.Layer content) {

    /// The ARN of the layer, without the version.
    @JsonIgnore
    public String layerArn() {
        return LayerName.arn(scope, name);
    }

    /// Tells whether the version says that it fits; one that names nothing fits no filter.
    boolean fits(@Nullable String runtime, @Nullable String architecture) {
        return (runtime == null || (compatibleRuntimes != null && compatibleRuntimes.contains(runtime)))
                && (architecture == null
                        || (compatibleArchitectures != null && compatibleArchitectures.contains(architecture)));
    }
}
