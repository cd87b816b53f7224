package dev.podium.lambda;

import dev.podium.store.Store;
import dev.podium.store.Table;

/// What happens to functions that call themselves in a loop: `Terminate` unless a function's owner said `Allow`.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html">Recursive loop detection</a>
public final class RecursionConfigs {
    /// Lets the loop run.
    public static final String ALLOW = "Allow";
    /// Stops it.
    public static final String TERMINATE = "Terminate";

    /// Only what isn't the default.
    private final Table<String> table;

    /// Opens the collection.
    public RecursionConfigs(Store store, Functions functions) {
        this.table = store.table("recursion-configs", String.class);
        functions.onDelete(function -> {
            if (function.version().equals(FunctionName.LATEST)) {
                table.remove(Functions.key(function.scope(), function.name()));
            }
        });
    }

    /// `Allow` or `Terminate`.
    public String of(FunctionName name) {
        return table.get(Functions.key(name.scope(), name.name())).orElse(TERMINATE);
    }

    /// Sets `Allow` or `Terminate`.
    public void put(FunctionName name, String recursiveLoop) {
        String key = Functions.key(name.scope(), name.name());
        if (recursiveLoop.equals(TERMINATE)) {
            table.remove(key);
        } else {
            table.put(key, recursiveLoop);
        }
    }
}
