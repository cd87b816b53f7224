package dev.podium.lambda;

import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import org.jspecify.annotations.Nullable;

/// When AWS may update the runtime of a function's versions. Podium has one build of each runtime, the image that
/// its name maps to, so that every mode means that one.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html">Runtime updates</a>
public final class RuntimeManagement {
    private static final Mode AUTO = new Mode("Auto", null);

    private final Table<Mode> table;

    /// What was set for a function version.
    ///
    /// @param updateRuntimeOn `Auto`, `FunctionUpdate` or `Manual`
    /// @param runtimeVersionArn for `Manual` only
    public record Mode(String updateRuntimeOn, @Nullable String runtimeVersionArn) {}

    /// Opens the collection.
    public RuntimeManagement(Store store) {
        this.table = store.table("runtime-management", Mode.class);
    }

    /// The ARN of the one build of a runtime.
    public static String versionArn(Scope scope, String runtime) {
        return "arn:aws:lambda:" + scope.region() + "::runtime:" + Digests.sha256Hex(runtime);
    }

    /// What holds for a function version; `Auto` when nothing was set.
    public Mode of(LambdaFunction function) {
        return table.get(key(function)).orElse(AUTO);
    }

    /// Sets it.
    public void put(LambdaFunction function, Mode mode) {
        table.put(key(function), mode);
    }

    /// Forgets a function version; `$LATEST` takes all others with it.
    public void delete(LambdaFunction function) {
        if (function.isPublished()) {
            table.remove(key(function));
            return;
        }
        for (Entry<Mode> entry : table.page(function.arn() + ":", null, Integer.MAX_VALUE)) {
            table.remove(entry.key());
        }
    }

    private static String key(LambdaFunction function) {
        return function.arn() + ":" + function.version();
    }
}
