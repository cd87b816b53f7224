package dev.podium.aws;

import dev.podium.http.Handler;
import dev.podium.http.Request;
import dev.podium.http.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answers every AWS request of the one port.
public final class Dispatcher implements Handler {
    /// @param services what Podium has
    /// @param upstream where all other services are; null when nowhere
    public Dispatcher(List<ServiceApi> services, DispatcherSettings settings, @Nullable Upstream upstream) {}

    @Override
    public Response handle(Request request) throws Exception {
        return Response.of(501);
    }
}
