package dev.podium.lambda.urls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import dev.podium.lambda.FunctionName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The URL of a function or of one of its aliases.
///
/// @param id 32 lower-case letters and digits
/// @param scope account and region of the function
/// @param function its bare name
/// @param qualifier an alias, or `$LATEST`
/// @param authType `NONE` or `AWS_IAM`
/// @param cors null when the function answers for that itself
/// @param invokeMode `BUFFERED` or `RESPONSE_STREAM`
public record FunctionUrl(
        String id,
        Scope scope,
        String function,
        String qualifier,
        String authType,
        @Nullable Cors cors,
        String invokeMode,
        Instant creationTime,
        Instant lastModifiedTime) {
    /// The function that it calls.
    @JsonIgnore
    public FunctionName name() {
        return new FunctionName(scope, function, qualifier.equals(FunctionName.LATEST) ? null : qualifier);
    }

    /// The host name that it is served at, without a port.
    @JsonIgnore
    public String host() {
        return id + UrlHost.MARK + scope.region() + ".localhost";
    }

    /// The same with other settings.
    public FunctionUrl changed(String newAuthType, @Nullable Cors newCors, String newInvokeMode, Instant now) {
        return new FunctionUrl(id, scope, function, qualifier, newAuthType, newCors, newInvokeMode, creationTime, now);
    }
}
