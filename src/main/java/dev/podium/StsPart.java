package dev.podium;

import dev.podium.aws.ServiceApi;
import dev.podium.iam.StsApi;

/// STS.
final class StsPart implements ServicePart {
    private final Foundation on;

    StsPart(Foundation on) {
        this.on = on;
    }

    @Override
    public ServiceApi service() {
        return new StsApi(on.store(), on.clock(), Wiring.temporary(on.server(), on.clock())).service();
    }
}
