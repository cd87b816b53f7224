package dev.podium;

import dev.podium.aws.Service;
import dev.podium.iam.IamApi;

/// IAM.
final class IamPart implements ServicePart {
    private final Foundation on;

    IamPart(Foundation on) {
        this.on = on;
    }

    @Override
    public Service service() {
        return Service.lazy("iam", () -> new IamApi(on.store(), on.clock()).service());
    }
}
