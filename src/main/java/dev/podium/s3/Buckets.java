package dev.podium.s3;

import dev.podium.aws.Call;
import dev.podium.s3.S3Error.Kind;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// All buckets: their names belong to one account each, whatever the region.
public final class Buckets {
    private static final int MOST = 10_000;
    private static final int PAGE = 1000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Table<Bucket> buckets;
    private final Table<String> settings;
    private final Clock clock;
    /// By names of buckets that may be about to go; each opens when that is decided.
    private final Map<String, CountDownLatch> leaving = new ConcurrentHashMap<>();

    /// Reads nothing yet.
    public Buckets(Store store, Clock clock) {
        this.buckets = store.table("s3.buckets", Bucket.class);
        this.settings = store.table("s3.settings", String.class);
        this.clock = clock;
    }

    /// Makes a bucket.
    ///
    /// @throws dev.podium.aws.AwsException when the name is taken or isn't one
    Bucket create(Call call, String name, String region, Map<String, String> tags) {
        if (!NAME.matcher(name).matches()
                || name.contains("..")
                || ADDRESS.matcher(name).matches()) {
            throw S3Error.of(Kind.INVALID_BUCKET_NAME, "BucketName", name);
        }
        if (buckets.size() >= MOST) {
            throw S3Error.of(Kind.TOO_MANY_BUCKETS);
        }
        String account = call.scope().account();
        Bucket made = new Bucket(
                name,
                HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
                account,
                region,
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                "",
                tags);
        Bucket there = buckets.compute(name, before -> {
            if (before == null) {
                return made;
            }
            if (!before.account().equals(account)) {
                throw S3Error.of(Kind.BUCKET_EXISTS, "BucketName", name);
            }
            // The first region still answers as in its beginning.
            if (!region.equals("us-east-1") || !before.region().equals(region)) {
                throw S3Error.of(Kind.BUCKET_IS_YOURS, "BucketName", name);
            }
            return before;
        });
        return there == null ? made : there;
    }

    /// The bucket of that name.
    Optional<Bucket> find(String name) {
        return buckets.get(name);
    }

    /// The bucket of a request.
    ///
    /// @param expectedOwner account that the client expects, or null
    /// @throws dev.podium.aws.AwsException NoSuchBucket, or AccessDenied when it is another account's
    Bucket require(Call call, String name, @Nullable String expectedOwner) {
        Bucket bucket = find(name).orElseThrow(() -> S3Error.of(Kind.NO_SUCH_BUCKET, "BucketName", name));
        if (!bucket.account().equals(call.scope().account())
                || (expectedOwner != null && !expectedOwner.equals(bucket.account()))) {
            throw S3Error.of(Kind.ACCESS_DENIED);
        }
        return bucket;
    }

    /// The same where there is no expected owner.
    Bucket require(Call call, String name) {
        return require(call, name, call.request().headers().first("x-amz-expected-bucket-owner"));
    }

    /// Tells whether a bucket is still there, once somebody who is deleting it is done.
    boolean takes(Bucket bucket) throws InterruptedIOException {
        CountDownLatch decided = leaving.get(bucket.name());
        try {
            if (decided != null) {
                decided.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
        return find(bucket.name()).filter(now -> now.id().equals(bucket.id())).isPresent();
    }

    /// Changes a bucket; a deleted one stays deleted.
    void change(Bucket bucket, UnaryOperator<Bucket> change) {
        buckets.compute(bucket.name(), now -> now == null || !now.id().equals(bucket.id()) ? now : change.apply(now));
    }

    /// Deletes a bucket, unless something is in it.
    ///
    /// Whoever puts an object asks afterwards whether the bucket is still there, so that either this sees the
    /// object, or
    /// the object's client hears that it failed.
    ///
    /// @param objects all objects and uploads
    /// @throws dev.podium.aws.AwsException BucketNotEmpty
    void delete(Bucket bucket, Table<StoredObject> objects, Runnable uploads) {
        CountDownLatch decided = new CountDownLatch(1);
        if (leaving.putIfAbsent(bucket.name(), decided) != null) {
            throw S3Error.of(Kind.OPERATION_ABORTED);
        }
        try {
            if (!objects.keys(bucket.id() + "/", null, 1).isEmpty()) {
                throw S3Error.of(Kind.BUCKET_NOT_EMPTY, "BucketName", bucket.name());
            }
            uploads.run();
            for (String key : settings.keys(bucket.id() + "/", null, PAGE)) {
                settings.remove(key);
            }
            buckets.remove(bucket.name());
        } finally {
            leaving.remove(bucket.name());
            decided.countDown();
        }
    }

    /// An account's buckets, by name.
    List<Bucket> page(String account, String prefix, @Nullable String after, int limit, @Nullable String region) {
        List<Bucket> found = new ArrayList<>();
        String from = after;
        while (found.size() < limit) {
            List<Entry<Bucket>> page = buckets.page(prefix, from, PAGE);
            page.stream()
                    .map(Entry::value)
                    .filter(bucket ->
                            bucket.account().equals(account) && (region == null || region.equals(bucket.region())))
                    .limit(limit - found.size())
                    .forEach(found::add);
            if (page.size() < PAGE) {
                break;
            }
            from = page.getLast().key();
        }
        return found;
    }

    /// A stored setting of a bucket.
    Optional<String> setting(Bucket bucket, String name) {
        return settings.get(bucket.id() + "/" + name);
    }

    /// Stores a setting of a bucket, or removes it.
    void set(Bucket bucket, String name, @Nullable String text) {
        if (text == null) {
            settings.remove(bucket.id() + "/" + name);
        } else {
            settings.put(bucket.id() + "/" + name, text);
        }
    }
}
