package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/// All layer versions. Each holds its archive; a function that uses the version holds it too, so that it goes on
/// working when the version is deleted.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html">Lambda layers</a>
public final class Layers {
    private static final long LAST = 999_999_999_999L;
    private static final int STEP = 64;

    private final Table<Head> heads;
    private final Table<LayerVersion> versions;
    private final CodeBlobs codes;
    private final Policies policies;

    /// What a layer keeps when all its versions are gone: numbers aren't given twice.
    ///
    /// @param lastVersion the highest number given so far
    record Head(String name, long lastVersion) {}

    /// A page of something.
    ///
    /// @param nextMarker null on the last page
    public record Page(
            List<LayerVersion> versions, @Nullable String nextMarker) {}

    /// Opens the collection.
    public Layers(Store store, CodeBlobs codes, Policies policies) {
        this.heads = store.table("layers", Head.class);
        this.versions = store.table("layer-versions", LayerVersion.class);
        this.codes = codes;
        this.policies = policies;
    }

    /// Publishes a version; the caller's use of its archive passes to it.
    ///
    /// @param make the version, from its number
    public LayerVersion publish(LayerName layer, LongFunction<LayerVersion> make) {
        AtomicReference<Long> number = new AtomicReference<>(0L);
        heads.compute(key(layer), before -> {
            number.set(before == null ? 1 : before.lastVersion() + 1);
            return new Head(layer.name(), number.get());
        });
        LayerVersion version = make.apply(number.get());
        versions.put(key(layer, version.version()), version);
        return version;
    }

    /// Looks a version up.
    public Optional<LayerVersion> find(LayerName.Version name) {
        return name.version() < 1 || name.version() > LAST
                ? Optional.empty()
                : versions.get(key(name.layer(), name.version()));
    }

    /// Deletes a version; one that isn't there is no error.
    public void delete(LayerName.Version name) {
        AtomicReference<@Nullable LayerVersion> gone = new AtomicReference<>();
        if (find(name).isPresent()) {
            versions.compute(key(name.layer(), name.version()), before -> {
                gone.set(before);
                return null;
            });
        }
        LayerVersion version = gone.get();
        if (version != null) {
            policies.delete(name.arn());
            codes.release(version.content().sha256Hex());
        }
    }

    /// Versions of one layer, newest first.
    ///
    /// @param marker the version after which the page begins, or null
    public Page versions(
            LayerName layer,
            @Nullable String runtime,
            @Nullable String architecture,
            @Nullable String marker,
            int limit) {
        String prefix = key(layer) + "/";
        String after = marker == null ? null : key(layer, number(marker));
        List<LayerVersion> found = new ArrayList<>();
        while (true) {
            List<Entry<LayerVersion>> step = versions.page(prefix, after, STEP);
            for (Entry<LayerVersion> entry : step) {
                if (entry.value().fits(runtime, architecture)) {
                    if (found.size() == limit) {
                        return new Page(found, Long.toString(found.getLast().version()));
                    }
                    found.add(entry.value());
                }
            }
            if (step.size() < STEP) {
                return new Page(found, null);
            }
            after = step.getLast().key();
        }
    }

    /// The newest fitting version of each layer, in the order of their names; layers without one are left out.
    ///
    /// @param marker the layer after which the page begins, or null
    public Page newest(
            Scope scope, @Nullable String runtime, @Nullable String architecture, @Nullable String marker, int limit) {
        String prefix = key(new LayerName(scope, ""));
        String after = marker == null ? null : prefix + marker;
        List<LayerVersion> found = new ArrayList<>();
        while (true) {
            List<Entry<Head>> step = heads.page(prefix, after, STEP);
            for (Entry<Head> entry : step) {
                LayerName layer = new LayerName(scope, entry.value().name());
                List<LayerVersion> newest =
                        versions(layer, runtime, architecture, null, 1).versions();
                if (!newest.isEmpty()) {
                    if (found.size() == limit) {
                        return new Page(found, found.getLast().name());
                    }
                    found.addAll(newest);
                }
            }
            if (step.size() < STEP) {
                return new Page(found, null);
            }
            after = step.getLast().key();
        }
    }

    /// Every version of every account: for the start, and for counting.
    public List<LayerVersion> all() {
        return versions.page("", null, Integer.MAX_VALUE).stream()
                .map(Entry::value)
                .toList();
    }

    /// Bytes of the archives of all versions of an account and region.
    public long bytes(Scope scope) {
        return versions.page(scope.account() + "/" + scope.region() + "/", null, Integer.MAX_VALUE).stream()
                .mapToLong(entry -> entry.value().content().size())
                .sum();
    }

    /// Names of all archives, one for each version.
    public List<String> blobs() {
        return all().stream().map(version -> version.content().sha256Hex()).toList();
    }

    /// Deletes every version of every account.
    public void clear() {
        all().forEach(version ->
                delete(new LayerName.Version(new LayerName(version.scope(), version.name()), version.version())));
    }

    /// Tells whether an account may use a version: its own, or one whose policy says so.
    ///
    /// Podium knows no organizations: a statement for one holds for every account that its principal names.
    public boolean allows(LayerName.Version name, String account) {
        return name.layer().scope().account().equals(account)
                || policies.find(name.arn()).stream()
                        .flatMap(policy -> policy.statements().stream())
                        .map(Policies.Statement::principal)
                        .anyMatch(principal -> principal.equals("*") || principal.equals(account));
    }

    private static long number(String marker) {
        if (!marker.matches("[0-9]{1,12}")) {
            throw new AwsException(new LambdaError.InvalidParameterValue("Invalid marker: " + marker));
        }
        return Long.parseLong(marker);
    }

    private static String key(LayerName layer) {
        return layer.scope().account() + "/" + layer.scope().region() + "/" + layer.name();
    }

    /// Later versions have smaller keys, so that a page begins with the newest.
    private static String key(LayerName layer, long version) {
        return key(layer) + "/" + String.format(Locale.ROOT, "%012d", LAST - version);
    }
}
