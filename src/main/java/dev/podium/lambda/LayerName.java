package dev.podium.lambda;

import dev.podium.aws.Arn;
import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import java.util.Optional;

/// A layer as callers name it: by name or ARN.
///
/// @param scope the account and region that own it
/// @param name the bare name
public record LayerName(Scope scope, String name) {
    private static final String KIND = "layer:";

    /// One version of a layer.
    ///
    /// @param version from 1 on
    public record Version(LayerName layer, long version) {
        /// The ARN of the version.
        public String arn() {
            return layer.arn() + ":" + version;
        }
    }

    /// Reads a name that has passed model validation.
    ///
    /// @param caller the caller's account and region
    /// @throws AwsException when it is an ARN of another region
    public static LayerName parse(Scope caller, String given) {
        Arn arn = Arn.parse(given).orElse(null);
        if (arn == null) {
            return new LayerName(caller, given);
        }
        if (!arn.region().equals(caller.region())) {
            throw new AwsException(LambdaError.ResourceNotFound.requested());
        }
        return new LayerName(arn.scope(), arn.resource().substring(KIND.length()));
    }

    /// Reads the ARN of a layer version; gives nothing when it is none.
    public static Optional<Version> version(String text) {
        return Arn.parse(text)
                .filter(arn -> arn.service().equals("lambda")
                        && arn.resource().startsWith(KIND)
                        && arn.resource().matches("layer:[a-zA-Z0-9-_]+:[0-9]{1,18}"))
                .map(arn -> {
                    String[] parts = arn.resource().split(":", -1);
                    return new Version(new LayerName(arn.scope(), parts[1]), Long.parseLong(parts[2]));
                });
    }

    /// The ARN of the layer.
    public String arn() {
        return arn(scope, name);
    }

    static String arn(Scope scope, String name) {
        return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":" + KIND + name;
    }
}
