package dev.podium.aws;

import java.util.Optional;

/// An Amazon Resource Name, `arn:partition:service:region:account:resource`.
///
/// @param region   may be empty, for global services
/// @param account  may be empty
/// @param resource all that follows the account, with its own colons and slashes
/// @see <a href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html">ARNs</a>
public record Arn(String partition, String service, String region, String account, String resource) {
    /// Parses an ARN, or gives nothing when the text isn't one.
    public static Optional<Arn> parse(String text) {
        String[] parts = text.split(":", 6);
        if (parts.length < 6
                || !parts[0].equals("arn")
                || parts[1].isEmpty()
                || parts[2].isEmpty()
                || parts[5].isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Arn(parts[1], parts[2], parts[3], parts[4], parts[5]));
    }

    /// The ARN of a resource in the standard partition.
    public static Arn of(String service, Scope scope, String resource) {
        return new Arn("aws", service, scope.region(), scope.account(), resource);
    }

    /// Account and region that the resource belongs to.
    public Scope scope() {
        return new Scope(account, region);
    }

    /// The ARN's text.
    @Override
    public String toString() {
        return "arn:" + partition + ":" + service + ":" + region + ":" + account + ":" + resource;
    }
}
