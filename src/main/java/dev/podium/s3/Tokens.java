package dev.podium.s3;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Continuation tokens: the last name of a page, not to be read by clients.
final class Tokens {
    private Tokens() {}

    static String write(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    /// @throws dev.podium.aws.AwsException InvalidArgument
    static String read(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw S3Error.argument("The continuation token provided is incorrect", "continuation-token", token);
        }
    }
}
