package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
/// @param published number of the version that was published last: none is used twice; 0 before the first
public record LambdaFunction(
        Scope scope,
        String name,
        String version,
        FunctionSettings settings,
        FunctionCode code,
        FunctionStatus status,
        String revisionId,
        String lastModified,
        Map<String, String> tags,
        long published) {

    /// Keeps its own copies.
    public LambdaFunction {
        tags = Map.copyOf(tags);
    }

    /// The ARN without a version.
    @JsonIgnore
    public String arn() {
        return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":function:" + name;
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
                scope,
                name,
                version,
                newSettings,
                newCode,
                newStatus,
                Revision.next(),
                Revision.time(now),
                tags,
                published);
    }

    /// The same in another state: a new revision, but not a modification.
    public LambdaFunction in(FunctionStatus newStatus) {
        return new LambdaFunction(
                scope, name, version, settings, code, newStatus, Revision.next(), lastModified, tags, published);
    }

    /// The same with other tags: no new revision.
    public LambdaFunction tagged(Map<String, String> newTags) {
        return new LambdaFunction(
                scope, name, version, settings, code, status, revisionId, lastModified, newTags, published);
    }

    /// The same after the publication of one more version: no new revision.
    LambdaFunction numbered() {
        return new LambdaFunction(
                scope, name, version, settings, code, status, revisionId, lastModified, tags, published + 1);
    }

    /// The version that is published from this: the code and settings as they are now, for ever.
    ///
    /// @param number its own
    /// @param description replaces the function's, or null
    LambdaFunction version(long number, @Nullable String description) {
        return new LambdaFunction(
                scope,
                name,
                Long.toString(number),
                description == null ? settings : settings.described(description),
                code,
                FunctionStatus.pending(),
                Revision.next(),
                lastModified,
                tags,
                number);
    }

    /// Tells whether this runs what the other one runs: descriptions don't count.
    boolean sameAs(LambdaFunction other) {
        return code.equals(other.code) && settings.described("").equals(other.settings.described(""));
    }

    /// Names of the blobs that its environments need: its archive and those of its layers.
    public List<String> blobs() {
        List<String> blobs = new ArrayList<>();
        if (code.imageUri() == null) {
            blobs.add(code.sha256Hex());
        }
        settings.layers().forEach(layer -> blobs.add(layer.sha256Hex()));
        return blobs;
    }

    /// Tells whether this is a published version.
    @JsonIgnore
    public boolean isPublished() {
        return !version.equals(FunctionName.LATEST);
    }
}
