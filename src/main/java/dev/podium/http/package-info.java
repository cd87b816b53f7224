/// HTTP server side for the AWS APIs and the operator's endpoints, over the JDK's `HttpServer`.
///
/// Start at [dev.podium.http.Listener], which turns exchanges into [dev.podium.http.Request] and
/// [dev.podium.http.Response] values for a [dev.podium.http.Handler]. Must not know AWS.
@NullMarked
package dev.podium.http;

import org.jspecify.annotations.NullMarked;
