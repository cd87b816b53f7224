package dev.podium;

import dev.podium.aws.Service;
import dev.podium.logs.LogGroups;
import dev.podium.logs.LogsApi;
import java.io.IOException;

/// CloudWatch Logs.
final class LogsPart implements ServicePart {
    private final LogGroups groups;

    LogsPart(Foundation on) throws IOException {
        groups = on.parts().add(new LogGroups(on.store(), Wiring.logs(on.config()), on.clock()));
    }

    LogGroups groups() {
        return groups;
    }

    @Override
    public Service service() {
        return Service.lazy("logs", () -> new LogsApi(groups).service());
    }

    @Override
    public void start() {
        groups.start();
    }

    @Override
    public void clear() throws InterruptedException {
        groups.clear();
    }
}
