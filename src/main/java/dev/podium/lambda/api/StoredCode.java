package dev.podium.lambda.api;

import dev.podium.aws.Scope;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// Where archives lie that functions and layers name by bucket and key.
@FunctionalInterface
public interface StoredCode {
    /// Opens an archive.
    ///
    /// @param caller  whose bucket it must be, and in whose region
    /// @param version null for the current one
    /// @throws Refused when it can't be had
    InputStream open(Scope caller, String bucket, String key, @Nullable String version)
            throws IOException, InterruptedException;

    /// What S3 answered instead.
    final class Refused extends IOException {
        private static final long serialVersionUID = 1;

        private final String code;
        private final String message;

        /// @param code    such as `NoSuchKey`
        /// @param message in S3's words
        public Refused(String code, String message) {
            super(code + ": " + message);
            this.code = code;
            this.message = message;
        }

        /// As Lambda words it.
        String shown() {
            return "Error occurred while GetObject. S3 Error Code: " + code + ". S3 Error Message: " + message;
        }
    }
}
