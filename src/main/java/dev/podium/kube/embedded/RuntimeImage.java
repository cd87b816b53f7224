package dev.podium.kube.embedded;

import java.util.Locale;
import java.util.Optional;

/// An image that holds a runtime of AWS Lambda, recognised by its reference.
///
/// @param version as in the tag: `3.12`, `20`, `21`, `al2023`; for comparison only its first numbers count
record RuntimeImage(Kind kind, String version) {
    /// The families of runtimes.
    enum Kind {
        PYTHON,
        NODEJS,
        RUBY,
        JAVA,
        PROVIDED,
        DOTNET
    }

    /// Recognises `…lambda/python:3.12`, `…/lambda/nodejs:20-x86_64`, `amazon/aws-lambda-java:21` and the like.
    static Optional<RuntimeImage> of(String image) {
        String reference = image;
        int digest = reference.indexOf('@');
        if (digest >= 0) {
            reference = reference.substring(0, digest);
        }
        int slash = reference.lastIndexOf('/');
        int colon = reference.indexOf(':', slash + 1);
        String path = colon < 0 ? reference : reference.substring(0, colon);
        String tag = colon < 0 ? "" : reference.substring(colon + 1);
        String name = path.substring(slash + 1);
        boolean ours = path.endsWith("lambda/" + name) || name.startsWith("aws-lambda-");
        if (!ours) {
            return Optional.empty();
        }
        String family = name.startsWith("aws-lambda-") ? name.substring("aws-lambda-".length()) : name;
        for (Kind kind : Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(family)) {
                int end = 0;
                while (end < tag.length() && (Character.isLetterOrDigit(tag.charAt(end)) || tag.charAt(end) == '.')) {
                    end++;
                }
                return Optional.of(new RuntimeImage(kind, tag.substring(0, end)));
            }
        }
        return Optional.empty();
    }
}
