package dev.podium;

import dev.podium.aws.Service;
import dev.podium.iam.StsApi;

/// STS.
final class StsPart implements ServicePart {
    private final Foundation on;

    StsPart(Foundation on) {
        this.on = on;
    }

    @Override
    public Service service() {
        return Service.lazy(
                "sts", () -> new StsApi(on.store(), on.clock(), Wiring.temporary(on.server(), on.clock())).service());
    }
}
