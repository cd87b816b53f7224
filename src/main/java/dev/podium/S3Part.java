package dev.podium;

import dev.podium.aws.Service;
import dev.podium.s3.Buckets;
import dev.podium.s3.ObjectReader;
import dev.podium.s3.Objects;
import dev.podium.s3.S3Api;
import dev.podium.s3.S3Settings;
import dev.podium.s3.Uploads;

/// S3.
final class S3Part implements ServicePart {
    private final Buckets buckets;
    private final Objects objects;
    private final Uploads uploads;
    private final S3Settings settings;

    S3Part(Foundation on) {
        buckets = new Buckets(on.store(), on.clock());
        objects = new Objects(on.store(), buckets, on.clock());
        uploads = new Uploads(on.store(), objects);
        settings = new S3Settings(on.config().server().s3MaxBytes());
        uploads.start();
    }

    /// Objects for other services.
    ObjectReader reader() {
        return new ObjectReader(buckets, objects);
    }

    @Override
    public Service service() {
        return Service.lazy("s3", () -> new S3Api(buckets, objects, uploads, settings).service());
    }
}
