package dev.podium.lambda.urls;

import dev.podium.aws.AwsException;
import dev.podium.lambda.Alias;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaError;
import dev.podium.lambda.LambdaFunction;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The URLs of all functions. They go with their function or alias.
public final class FunctionUrls {
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
    private static final int ID_LENGTH = 32;
    private static final LambdaError MISSING =
            new LambdaError.ResourceNotFound("The resource you requested does not exist.");

    private final Table<FunctionUrl> table;
    /// Key of the URL by its id.
    private final Table<String> ids;

    /// A page of URLs.
    ///
    /// @param nextMarker null on the last page
    public record Page(List<FunctionUrl> urls, @Nullable String nextMarker) {}

    /// Opens the collection.
    public FunctionUrls(Store store) {
        this.table = store.table("function-urls", FunctionUrl.class);
        this.ids = store.table("function-url-ids", String.class);
    }

    /// Has URLs go with their function or alias.
    public void follow(Functions functions) {
        functions.onDelete(this::functionDeleted);
        functions.aliases().onDelete(this::aliasDeleted);
    }

    private void functionDeleted(LambdaFunction function) {
        if (function.version().equals(FunctionName.LATEST)) {
            FunctionName name = new FunctionName(function.scope(), function.name(), null);
            page(name, null, Integer.MAX_VALUE - 1).urls().forEach(url -> remove(key(url.name())));
        }
    }

    private void aliasDeleted(Alias alias) {
        remove(key(new FunctionName(alias.scope(), alias.function(), alias.name())));
    }

    /// Makes an id of a URL: 160 random bits.
    public static String newId() {
        byte[] bits = new byte[ID_LENGTH];
        Random.SOURCE.nextBytes(bits);
        StringBuilder id = new StringBuilder(ID_LENGTH);
        for (byte b : bits) {
            id.append(LETTERS.charAt(b & 31));
        }
        return id.toString();
    }

    /// Loads the random source on first use.
    private static final class Random {
        private static final SecureRandom SOURCE = new SecureRandom();
    }

    /// Finds a URL by its id.
    public Optional<FunctionUrl> find(String id) {
        return ids.get(id).flatMap(table::get).filter(url -> url.id().equals(id));
    }

    /// Looks a URL up.
    ///
    /// @param name of the function, with the alias if it is an alias's
    /// @throws AwsException ResourceNotFoundException when there is none
    public FunctionUrl get(FunctionName name) {
        return table.get(key(name)).orElseThrow(() -> new AwsException(MISSING));
    }

    /// Adds a URL.
    ///
    /// @throws AwsException ResourceConflictException when the function or alias has one
    public void create(FunctionUrl url) {
        String key = key(url.name());
        table.compute(key, before -> {
            if (before != null) {
                throw new AwsException(
                        new LambdaError.ResourceConflict("Failed to create function url config for [functionArn = "
                                + url.name().qualifiedArn()
                                + "]. Error message:  FunctionUrlConfig exists for this Lambda function"));
            }
            return url;
        });
        ids.put(url.id(), key);
    }

    /// Changes a URL.
    ///
    /// @throws AwsException ResourceNotFoundException when there is none
    public FunctionUrl update(FunctionName name, UnaryOperator<FunctionUrl> change) {
        FunctionUrl after = table.compute(key(name), before -> {
            if (before == null) {
                throw new AwsException(MISSING);
            }
            return change.apply(before);
        });
        if (after == null) {
            throw new IllegalStateException("a change made nothing of the URL of " + name);
        }
        return after;
    }

    /// Deletes a URL.
    ///
    /// @throws AwsException ResourceNotFoundException when there is none
    public void delete(FunctionName name) {
        if (!remove(key(name))) {
            throw new AwsException(MISSING);
        }
    }

    private boolean remove(String key) {
        AtomicReference<@Nullable FunctionUrl> last = new AtomicReference<>();
        table.compute(key, before -> {
            last.set(before);
            return null;
        });
        FunctionUrl removed = last.get();
        if (removed != null) {
            ids.remove(removed.id());
        }
        return removed != null;
    }

    /// URLs of a function and its aliases in the order of their qualifiers.
    ///
    /// @param marker qualifier after which the page begins, or null
    public Page page(FunctionName function, @Nullable String marker, int limit) {
        String prefix = key(new FunctionName(function.scope(), function.name(), ""));
        List<FunctionUrl> urls = table.page(prefix, marker == null ? null : prefix + marker, limit + 1).stream()
                .map(Entry::value)
                .toList();
        boolean more = urls.size() > limit;
        List<FunctionUrl> page = more ? urls.subList(0, limit) : urls;
        return new Page(page, more ? page.getLast().qualifier() : null);
    }

    private static String key(FunctionName name) {
        String qualifier = name.qualifier() == null ? FunctionName.LATEST : name.qualifier();
        return name.scope().account() + "/" + name.scope().region() + "/" + name.name() + "/" + qualifier;
    }
}
