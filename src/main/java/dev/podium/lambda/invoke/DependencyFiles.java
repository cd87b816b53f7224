package dev.podium.lambda.invoke;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.podium.lambda.Digests;
import dev.podium.lambda.LambdaFunction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Which files of a function's code say what is to be installed, and when two functions need the same.
final class DependencyFiles {
    private static final List<String> NAMES = List.of("requirements.txt", "package.json", "Gemfile");
    /// These say more about what those name.
    private static final List<String> MORE =
            List.of("package-lock.json", "npm-shrinkwrap.json", ".npmrc", "Gemfile.lock", ".bundle/config");
    /// Variables that say where things are installed from.
    private static final Pattern VARIABLES = Pattern.compile("(?i)(pip|npm|npm_config|bundle|gem)_.*");
    /// What names another file of the code, at the start of a line (of a list of pip's, or a Gemfile) or anywhere.
    private static final Pattern ELSEWHERE =
            Pattern.compile("(?m)^\\s*(\\.|/|-[cefr]|[\\w.-]+(/|\\.(whl|zip|tar))|path\\b|gemspec\\b|eval_gemfile\\b)"
                    + "|[\\s\"'=@,(](\\.{0,2}/|file:|link:|--find-links|--requirement|--constraint|--editable|workspaces\""
                    + "|:?path\\s*(:|=>))");

    private static final int LONGEST = 1 << 20;

    private DependencyFiles() {}

    /// What is installed for a function, as a key: 64 hexadecimal digits over everything that it depends on.
    ///
    /// @param zip the function's code
    /// @param image that the tools of are used
    /// @return nothing when the code names no dependencies
    static Optional<String> key(LambdaFunction function, Path zip, String image) throws IOException {
        StringBuilder facts = new StringBuilder();
        boolean any = false;
        try (ZipFile archive = new ZipFile(zip.toFile())) {
            for (String name : Stream.concat(NAMES.stream(), MORE.stream()).toList()) {
                ZipEntry entry = archive.getEntry(name);
                if (entry != null) {
                    any |= NAMES.contains(name);
                    try (InputStream in = archive.getInputStream(entry)) {
                        facts.append(name).append('\n');
                        facts.append(new String(in.readNBytes(LONGEST), UTF_8)).append('\n');
                    }
                }
            }
        }
        if (!any) {
            return Optional.empty();
        }
        if (namesOthers(facts)) {
            facts.append(function.code().sha256Hex()).append('\n');
        }
        Map<String, String> variables = new TreeMap<>();
        Map<String, String> own = function.settings().environment();
        if (own != null) {
            own.forEach((name, value) -> {
                if (VARIABLES.matcher(name).matches()) {
                    variables.put(name, value);
                }
            });
        }
        facts.append(image).append('\n').append(function.settings().architecture());
        facts.append('\n').append(variables);
        return Optional.of(Digests.sha256Hex(facts.toString()));
    }

    /// Tells whether files of dependencies name others of the code: then what is installed depends on all of it.
    static boolean namesOthers(CharSequence facts) {
        return ELSEWHERE.matcher(facts).find();
    }
}
