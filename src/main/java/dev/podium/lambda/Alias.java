package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.Scope;
import java.util.Map;

/// A name for a version, or for two versions between which calls are divided.
///
/// @param scope account and region
/// @param function bare name of the function
/// @param name of the alias
/// @param version the version it points to: a number or `$LATEST`
/// @param description empty for none
/// @param weights share (0–1) of the calls that go to another version, by its number; empty for none
/// @param revisionId new on every change
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html">Aliases</a>
public record Alias(
        Scope scope,
        String function,
        String name,
        String version,
        String description,
        Map<String, Double> weights,
        String revisionId) {

    /// Keeps its own copies.
    public Alias {
        weights = Map.copyOf(weights);
    }

    /// `arn:aws:lambda:<region>:<account>:function:<function>:<alias>`.
    @JsonIgnore
    public String arn() {
        return new FunctionName(scope, function, name).qualifiedArn();
    }

    /// Tells whether calls may go to a version.
    boolean uses(String number) {
        return version.equals(number) || weights.containsKey(number);
    }

    /// The version that a call goes to.
    ///
    /// @param chance at random from 0 (inclusive) to 1
    String versionFor(double chance) {
        double bound = 0;
        for (Map.Entry<String, Double> other : weights.entrySet()) {
            bound += other.getValue();
            if (chance < bound) {
                return other.getKey();
            }
        }
        return version;
    }
}
