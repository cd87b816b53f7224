package dev.podium;

import dev.podium.aws.ServiceApi;
import dev.podium.iam.IamApi;

/// IAM.
final class IamPart implements ServicePart {
    private final Foundation on;

    IamPart(Foundation on) {
        this.on = on;
    }

    @Override
    public ServiceApi service() {
        return new IamApi(on.store(), on.clock()).service();
    }
}
