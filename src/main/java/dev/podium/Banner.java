package dev.podium;

import dev.podium.config.Config;

/// What a person sees when the server has started.
final class Banner {
    private Banner() {}

    static String of(Podium podium, Config config) {
        return """

                Podium answers at %s
                  cluster     %s
                  namespace   %s
                  state       %s

                  AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=%s \\
                    aws --endpoint-url %s lambda invoke --function-name %s --payload fileb:///dev/stdin /dev/stdout <<< '{}'

                """.formatted(
                        podium.endpoint(),
                        podium.cluster(),
                        podium.namespace(),
                        config.server().persistence() ? config.server().stateDir() : "in memory",
                        config.server().region(),
                        podium.endpoint(),
                        podium.someFunction().orElse("NAME"));
    }
}
