package dev.podium.s3;

import dev.podium.s3.S3Error.Kind;
import dev.podium.store.Entry;
import dev.podium.store.RecordFiles;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Uploads in parts. A part is a file, and completing an upload only writes the object's record, which takes
/// the
/// files over.
public final class Uploads {
    private static final int PAGE = 1000;

    private final Store store;
    private final Table<StoredUpload> uploads;
    private final Table<StoredPart> parts;
    private final Objects objects;

    /// Reads nothing yet.
    public Uploads(Store store, Objects objects) {
        this.store = store;
        this.uploads = store.table("s3.uploads", StoredUpload.class);
        this.parts = store.table("s3.parts", StoredPart.class);
        this.objects = objects;
    }

    /// Sorts out what a crash left. To be called before anything is uploaded.
    public void start() {
        try {
            objects.files().recover(this::filesOf);
        } catch (IOException e) {
            throw new UncheckedIOException("the files of S3 cannot be read", e);
        }
    }

    /// Files of a key: of its object, and of all uploads to it.
    private Set<String> filesOf(String row) {
        Set<String> files = new HashSet<>(objects.filesOf(row));
        for (Entry<StoredUpload> upload : uploads.page(row + "\0", null, Integer.MAX_VALUE)) {
            parts(upload.value(), 0, Integer.MAX_VALUE)
                    .forEach(part -> files.add(part.piece().file()));
        }
        return files;
    }

    Table<StoredUpload> table() {
        return uploads;
    }

    static String row(Bucket bucket, String key, String id) {
        return bucket.row(key) + "\0" + id;
    }

    static String newId() {
        return (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
    }

    void begin(Bucket bucket, StoredUpload upload) {
        uploads.put(row(bucket, upload.key(), upload.id()), upload);
    }

    /// @throws dev.podium.aws.AwsException NoSuchUpload
    StoredUpload require(Bucket bucket, String key, String id) {
        return find(bucket, key, id).orElseThrow(() -> S3Error.of(Kind.NO_SUCH_UPLOAD, "UploadId", id));
    }

    private Optional<StoredUpload> find(Bucket bucket, String key, String id) {
        return uploads.get(row(bucket, key, id));
    }

    private static String partRow(StoredUpload upload, int number) {
        return "%s/%05d".formatted(upload.id(), number);
    }

    /// Parts of an upload, by number.
    List<StoredPart> parts(StoredUpload upload, int after, int limit) {
        return parts.page(upload.id() + "/", after == 0 ? null : partRow(upload, after), limit).stream()
                .map(Entry::value)
                .toList();
    }

    /// Adds or replaces a part, whose file was written by the same change.
    ///
    /// @throws dev.podium.aws.AwsException NoSuchUpload when the upload ended meanwhile
    void put(Bucket bucket, StoredUpload upload, StoredPart part, RecordFiles.Change change) {
        String row = partRow(upload, part.number());
        List<String> replaced = new ArrayList<>(1);
        parts.compute(row, before -> {
            replaced.clear();
            if (before != null) {
                replaced.add(before.piece().file());
            }
            return part;
        });
        StoredUpload now = find(bucket, upload.key(), upload.id()).orElse(null);
        if (now == null) {
            parts.remove(row);
            replaced.add(part.piece().file());
            change.done(replaced);
            throw S3Error.of(Kind.NO_SUCH_UPLOAD, "UploadId", upload.id());
        }
        if (now.completing()) {
            // The object may have the older file or this one: the next start knows.
            change.doubtful();
        } else {
            change.done(replaced);
        }
    }

    /// Marks an upload, before its object is made of its parts.
    ///
    /// @throws dev.podium.aws.AwsException NoSuchUpload when it ended meanwhile
    StoredUpload complete(Bucket bucket, StoredUpload upload) {
        StoredUpload marked = uploads.compute(
                row(bucket, upload.key(), upload.id()), before -> before == null ? null : before.whileCompleting());
        if (marked == null) {
            throw S3Error.of(Kind.NO_SUCH_UPLOAD, "UploadId", upload.id());
        }
        return marked;
    }

    /// Tells whether the object of an upload is there.
    boolean completed(Bucket bucket, StoredUpload upload) {
        return upload.completing()
                && parts(upload, 0, Integer.MAX_VALUE).stream()
                        .anyMatch(part -> objects.filesOf(bucket.row(upload.key()))
                                .contains(part.piece().file()));
    }

    /// Ends an upload. The files of its parts go, except those that the object has.
    void end(Bucket bucket, StoredUpload upload) throws IOException {
        String owner = bucket.row(upload.key());
        try (RecordFiles.Change change = objects.files().change(owner)) {
            Set<String> files = new HashSet<>();
            List<Write<?>> removed = new ArrayList<>();
            removed.add(Write.remove(uploads, row(bucket, upload.key(), upload.id())));
            for (StoredPart part : parts(upload, 0, Integer.MAX_VALUE)) {
                files.add(part.piece().file());
                removed.add(Write.remove(parts, partRow(upload, part.number())));
            }
            store.write(removed);
            files.removeAll(objects.filesOf(owner));
            change.done(files);
        }
    }

    /// Ends all uploads of a bucket that is deleted.
    void abortAll(Bucket bucket) {
        try {
            for (List<Entry<StoredUpload>> page = uploads.page(bucket.id() + "/", null, PAGE);
                    !page.isEmpty();
                    page = uploads.page(bucket.id() + "/", null, PAGE)) {
                for (Entry<StoredUpload> upload : page) {
                    end(bucket, upload.value());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
