package dev.podium.lambda.invoke;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.podium.aws.AwsException;
import dev.podium.codec.Json;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the tags of a zip function say of its pods, so that any image can run its code.
///
/// | tag | |
/// |---|---|
/// | `podium:image` | the image, instead of its runtime's |
/// | `podium:command` | what runs in it, instead of the image's own entry point: words, or a JSON list of them |
/// | `podium:mount-path` | where its code is found, besides `/var/task` |
/// | `podium:install-dependencies` | `true`: what the code's `requirements.txt`, `package.json` or `Gemfile` names is
/// installed |
///
/// @param image     null for the runtime's
/// @param command   empty for the image's own
/// @param mountPath null for `/var/task` alone
public record PodTags(
        @Nullable String image,
        List<String> command,
        @Nullable String mountPath,
        boolean install) {
    static final String IMAGE = "podium:image";
    private static final String COMMAND = "podium:command";
    private static final String MOUNT_PATH = "podium:mount-path";
    private static final String INSTALL = "podium:install-dependencies";
    private static final Pattern REFERENCE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:/@-]*");
    private static final Pattern FOLDER = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+");
    /// Folders that containers need for something else.
    private static final List<String> TAKEN =
            List.of("/podium", "/opt", "/tmp", "/proc", "/sys", "/dev", "/etc", "/bin", "/lib", "/usr", "/var/task");

    /// Copies the words.
    public PodTags {
        command = List.copyOf(command);
    }

    /// Reads the tags of a function.
    static PodTags of(LambdaFunction function) {
        return of(function.tags());
    }

    /// Reads and checks tags.
    ///
    /// @throws AwsException InvalidParameterValueException saying what is wrong
    public static PodTags of(Map<String, String> tags) {
        String image = tags.get(IMAGE);
        if (image != null && !REFERENCE.matcher(image).matches()) {
            throw invalid(IMAGE, "must be the name of a container image");
        }
        List<String> command = command(tags.getOrDefault(COMMAND, ""));
        if (!command.isEmpty()
                && tags.getOrDefault(TransportKind.TAG, "runtime").equals("runtime")) {
            throw invalid(COMMAND, "needs the tag " + TransportKind.TAG + " with the value http or rie");
        }
        String path = tags.get(MOUNT_PATH);
        if (path != null) {
            checkFolder(path);
        }
        String install = tags.getOrDefault(INSTALL, "false");
        if (!install.equals("true") && !install.equals("false")) {
            throw invalid(INSTALL, "must be true or false");
        }
        return new PodTags(image, command, path, install.equals("true"));
    }

    private static List<String> command(String text) {
        if (!text.startsWith("[")) {
            return text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
        }
        try {
            return Arrays.asList(Json.MAPPER.readValue(text, String[].class));
        } catch (JsonProcessingException e) {
            throw invalid(COMMAND, "is no JSON list of words: " + e.getOriginalMessage());
        }
    }

    private static void checkFolder(String path) {
        boolean taken = TAKEN.stream().anyMatch(folder -> path.equals(folder) || path.startsWith(folder + "/"));
        if (!FOLDER.matcher(path).matches() || taken) {
            throw invalid(
                    MOUNT_PATH,
                    "must be an absolute path of a folder such as /kubeless, not below one of "
                            + String.join(", ", TAKEN));
        }
    }

    /// What servers that were made for Kubeless look for, and others may: where the code is, and which part
    /// of it is
    /// the
    /// handler.
    Map<String, String> environment(LambdaFunction function) {
        String handler = String.valueOf(function.settings().handler());
        int dot = handler.lastIndexOf('.');
        String folder = mountPath == null ? "/var/task" : mountPath;
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("MOD_NAME", dot < 0 ? handler : handler.substring(0, dot));
        variables.put("FUNC_HANDLER", handler.substring(dot + 1));
        variables.put("FUNC_TIMEOUT", Integer.toString(function.settings().timeout()));
        variables.put("FUNC_RUNTIME", String.valueOf(function.settings().runtime()));
        variables.put("FUNC_MEMORY_LIMIT", function.settings().memorySize() + "Mi");
        variables.put("FUNC_PORT", "8080");
        variables.put("KUBELESS_INSTALL_VOLUME", folder);
        variables.put("MOD_ROOT_PATH", folder + "/");
        variables.put("PYTHONPATH", folder);
        variables.put("NODE_PATH", folder + "/node_modules");
        return variables;
    }

    private static AwsException invalid(String tag, String why) {
        return new AwsException(new LambdaError.InvalidParameterValue("The tag " + tag + " " + why));
    }
}
