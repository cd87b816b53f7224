package dev.podium;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.podium.aws.Arn;
import dev.podium.codec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The operator's own secrets, in place of Secrets Manager: a JSON file whose members are secrets (a text, or
/// an object
/// that stands for its JSON), or a folder of files, each a secret's text. A secret goes by its ARN or by its
/// name, with
/// or
/// without the six characters that Secrets Manager appends; a file may end in `.json`.
///
/// @param path or null for none
record SecretFiles(@Nullable Path path) {
    private static final int LARGEST = 1 << 20;

    /// Looks for a secret. Read anew each time: it may have been changed.
    ///
    /// @throws IOException when the file can't be read or is no JSON object
    Optional<String> find(Arn arn) throws IOException {
        Path place = path;
        if (place == null) {
            return Optional.empty();
        }
        List<String> names = names(arn);
        return Files.isDirectory(place) ? inFolder(place, names) : inFile(place, names);
    }

    private static List<String> names(Arn arn) {
        String[] parts = arn.resource().split(":", -1);
        String name = parts.length < 2 ? parts[0] : parts[1];
        return Stream.of(arn.toString(), name, name.replaceFirst("-[A-Za-z0-9]{6}$", ""))
                .distinct()
                .toList();
    }

    private static Optional<String> inFile(Path file, List<String> names) throws IOException {
        JsonNode all;
        try {
            all = Json.MAPPER.readTree(text(file));
        } catch (JsonProcessingException e) {
            throw new IOException("the file that PODIUM_SECRETS names is no JSON"); // that exception quotes it
        }
        return names.stream()
                .map(all::path)
                .filter(secret -> !secret.isMissingNode())
                .findFirst()
                .map(secret -> secret.isTextual() ? secret.asText() : secret.toString());
    }

    /// Nothing outside the folder is read, whatever the name.
    private static Optional<String> inFolder(Path folder, List<String> names) throws IOException {
        for (String name : names) {
            for (String file : List.of(name, name + ".json")) {
                Path found = folder.resolve(file.replaceFirst("^/+", "")).normalize();
                if (found.startsWith(folder.normalize()) && Files.isRegularFile(found)) {
                    return Optional.of(text(found));
                }
            }
        }
        return Optional.empty();
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > LARGEST) {
            throw new IOException("a file of PODIUM_SECRETS is larger than 1 MiB");
        }
        return Files.readString(file).strip();
    }
}
