package dev.podium.elb;

import dev.podium.aws.AwsError;
import dev.podium.aws.AwsException;
import java.util.Collection;

/// The errors of Elastic Load Balancing, all of status 400.
///
/// @param code    as the query protocol has it, without `Exception`
/// @param message in AWS's words where they are known
/// @see <a href="https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html">Common
/// errors</a>
record ElbError(String code, String message) implements AwsError {
    /// The kinds of resource that may not be found, with the words for one and for several of them.
    enum Kind {
        LOAD_BALANCER("LoadBalancerNotFound", "Load balancer", "Load balancers"),
        LISTENER("ListenerNotFound", "Listener", "Listeners"),
        RULE("RuleNotFound", "Rule", "Rules"),
        TARGET_GROUP("TargetGroupNotFound", "Target group", "Target groups");

        private final String code;
        private final String one;
        private final String many;

        Kind(String code, String one, String many) {
            this.code = code;
            this.one = one;
            this.many = many;
        }
    }

    @Override
    public int status() {
        return 400;
    }

    /// Carries this to the front.
    AwsException exception() {
        return new AwsException(this);
    }

    static AwsException of(String code, String message) {
        return new ElbError(code, message).exception();
    }

    /// A request that can't be valid, whatever there is.
    static AwsException validation(String message) {
        return of("ValidationError", message);
    }

    /// A configuration that is not possible.
    static AwsException configuration(String message) {
        return of("InvalidConfigurationRequest", message);
    }

    /// Something of AWS's that Podium doesn't have, by its name.
    static AwsException unsupported(String what) {
        return configuration(what + " is not supported by Podium: leave it out");
    }

    static AwsException notFound(Kind kind, String arn) {
        return of(kind.code, kind.one + " '" + arn + "' not found");
    }

    /// For those that were asked for together.
    static AwsException notFound(Kind kind, Collection<String> names) {
        return of(kind.code, kind.many + " '" + names + "' not found");
    }

    /// Something that is no ARN of the kind.
    static AwsException malformed(Kind kind, String arn) {
        return validation("'" + arn + "' is not a valid " + kind.one.toLowerCase(java.util.Locale.ROOT) + " ARN");
    }
}
