package dev.podium.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// One cluster, user or context of a kubeconfig.
///
/// @param file in which it stands, to which its relative paths refer
/// @param kind `cluster`, `user` or `context`
/// @param name by which others refer to it
/// @param body its members
record KubeconfigEntry(Path file, String kind, String name, JsonNode body) {
    /// For messages.
    String place() {
        return "the " + kind + " \"" + name + "\" in " + file;
    }

    /// A member as text, null when absent or empty.
    @Nullable
    String text(String member) {
        String text = body.path(member).asText("");
        return text.isEmpty() ? null : text;
    }

    /// A path resolved against the file's folder.
    Path resolve(String path) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null ? Path.of(path) : folder.resolve(path);
    }

    /// PEM of `<member>-data` (base64) or else of the file `<member>`; null when neither is there.
    @Nullable
    PemSource pem(String member) throws KubeException {
        String data = text(member + "-data");
        if (data != null) {
            try {
                byte[] pem = Base64.getDecoder().decode(data.replace("\n", "").replace(" ", ""));
                return new PemSource.Text(new String(pem, StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException e) {
                throw KubeException.configuration(place() + " has a " + member + "-data that is not base64", e);
            }
        }
        String path = text(member);
        return path == null ? null : new PemSource.File(resolve(path));
    }
}
