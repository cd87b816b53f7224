package dev.podium.aws;

import dev.podium.http.Request;
import dev.podium.http.Response;

/// Where requests go whose service Podium does not have.
@FunctionalInterface
public interface Upstream {
    /// Forwards a request unchanged and gives the answer.
    ///
    /// @param service signing name of the service, or the empty string when the request does not tell
    Response forward(Request request, String service) throws Exception;
}
