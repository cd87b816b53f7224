package dev.podium.kube;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where certificates or a key in PEM are: read when a connection is set up, so that rotated files count.
public sealed interface PemSource {
    /// A file that may be replaced at any time.
    record File(Path path) implements PemSource {}

    /// The PEM text itself.
    record Text(String pem) implements PemSource {
        /// Keeps keys out of logs.
        @Override
        public String toString() {
            return "Text[...]";
        }
    }

    /// The PEM text as it is now.
    ///
    /// @throws KubeException naming the file that can't be read
    default String read() throws KubeException {
        return switch (this) {
            case Text(String pem) -> pem;
            case File(Path path) -> {
                try {
                    yield Files.readString(path);
                } catch (IOException e) {
                    throw KubeException.configuration("cannot read " + path + ": " + Failures.inWords(e), e);
                }
            }
        };
    }
}
