package dev.podium.lambda.invoke;

import dev.podium.lambda.LambdaFunction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/// Through which functions a chain of invocations has come, and how often: the part `Lineage=<hash>:<count>|…` of the
/// X-Ray header that SDKs pass on.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive loop detection</a>
public final class Lineage {
    /// How often a chain may come through one function.
    static final int MAX_PASSES = 16;

    private static final String NAME = "Lineage=";
    /// A chain through more functions forgets the first ones: the header stays small.
    private static final int MAX_FUNCTIONS = 32;

    private Lineage() {}

    /// A header after one more pass through a function.
    ///
    /// @param header for the function itself and what it calls
    /// @param passes how often the chain has come through the function, this one included
    record Passed(String header, int passes) {
        /// Tells whether the chain is a loop.
        boolean loops() {
            return passes > MAX_PASSES;
        }
    }

    /// Notes a pass through a function.
    ///
    /// @param header the caller's; botocore sends `|` as `%7C`
    static Passed pass(String header, LambdaFunction function) {
        String hash = hash(function.arn());
        if (!header.contains(NAME)) {
            return new Passed(header + ';' + NAME + hash + ":0", 1);
        }
        List<String> parts = new ArrayList<>();
        for (String part : header.split(";", -1)) {
            if (!part.strip().startsWith(NAME)) {
                parts.add(part);
            }
        }
        List<String> entries = entries(header);
        int count = 0;
        for (String entry : entries) {
            if (entry.startsWith(hash + ":")) {
                count = Math.max(count, 1 + count(entry.substring(hash.length() + 1)));
            }
        }
        entries.removeIf(entry -> entry.isEmpty() || entry.startsWith(hash + ":"));
        entries.add(hash + ":" + count);
        int from = Math.max(0, entries.size() - MAX_FUNCTIONS);
        parts.add(NAME + String.join("|", entries.subList(from, entries.size())));
        return new Passed(String.join(";", parts), count + 1);
    }

    /// The header whose chain has come through one function most often: who runs with several messages goes
    /// on with
    /// that of the longest chain, so that no other message hides a loop.
    public static Optional<String> longest(Collection<String> headers) {
        return headers.stream().max(Comparator.comparingInt(Lineage::most));
    }

    private static int most(String header) {
        return entries(header).stream()
                .mapToInt(entry -> 1 + count(entry.substring(entry.indexOf(':') + 1)))
                .max()
                .orElse(0);
    }

    private static List<String> entries(String header) {
        List<String> entries = new ArrayList<>();
        for (String part : header.split(";", -1)) {
            if (part.strip().startsWith(NAME)) {
                String list = part.strip().substring(NAME.length());
                entries.addAll(
                        List.of(list.replace("%7C", "|").replace("%7c", "|").split("\\|", -1)));
            }
        }
        return entries;
    }

    /// What isn't a small number doesn't count.
    private static int count(String text) {
        if (text.isEmpty() || text.length() > 6) {
            return 0;
        }
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            int digit = Character.digit(text.charAt(i), 10);
            if (digit < 0) {
                return 0;
            }
            count = 10 * count + digit;
        }
        return count;
    }

    private static String hash(String arn) {
        CRC32 crc = new CRC32();
        crc.update(arn.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
