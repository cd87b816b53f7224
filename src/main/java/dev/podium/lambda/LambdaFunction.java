package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A function as Podium keeps it. Immutable: a change makes a new record with a new revision id.
///
/// @param scope account and region
/// @param name its bare name
/// @param version `$LATEST` or a number
/// @param settings what the user configures
/// @param code what runs
/// @param status State and LastUpdateStatus
/// @param revisionId new on every change, state changes included
/// @param lastModified when code or configuration changed
/// @param tags at most 50
public record LambdaFunction(
        Scope scope,
        String name,
        String version,
        FunctionSettings settings,
        FunctionCode code,
        FunctionStatus status,
        String revisionId,
        String lastModified,
        Map<String, String> tags) {

    /// Keeps its own copies.
    public LambdaFunction {
        tags = Map.copyOf(tags);
    }

    /// The ARN without a version.
    @JsonIgnore
    public String arn() {
        return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":function:" + name;
    }

    /// Names of all archives that it uses: its own and its layers'.
    @JsonIgnore
    public List<String> blobs() {
        List<String> names = new ArrayList<>();
        if (code.imageUri() == null) {
            names.add(code.sha256Hex());
        }
        settings.layers().forEach(layer -> names.add(layer.sha256Hex()));
        return names;
    }

    /// How many files its pods have to unpack.
    @JsonIgnore
    public int entries() {
        return code.entries()
                + settings.layers().stream()
                        .mapToInt(FunctionSettings.Layer::entries)
                        .sum();
    }

    /// The same with other code, settings and status: a new revision.
    public LambdaFunction changed(
            FunctionSettings newSettings, FunctionCode newCode, FunctionStatus newStatus, Instant now) {
        return new LambdaFunction(
                scope, name, version, newSettings, newCode, newStatus, Revision.next(), Revision.time(now), tags);
    }

    /// The same in another state: a new revision, but not a modification.
    public LambdaFunction in(FunctionStatus newStatus) {
        return new LambdaFunction(scope, name, version, settings, code, newStatus, Revision.next(), lastModified, tags);
    }

    /// The same with other tags: no new revision.
    public LambdaFunction tagged(Map<String, String> newTags) {
        return new LambdaFunction(scope, name, version, settings, code, status, revisionId, lastModified, newTags);
    }
}
