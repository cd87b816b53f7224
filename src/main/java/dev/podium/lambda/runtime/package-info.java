/// How an event reaches a function's pod and its answer comes back: the port that pods call (Lambda's Runtime and
/// Extensions APIs and the code of zip functions), and the `rie` and `http` transports that call the pod.
///
/// Entry types: [dev.podium.lambda.runtime.RuntimePort] and [dev.podium.lambda.runtime.Transport]. The
/// package knows nothing of Kubernetes, of functions' configurations or of concurrency: it sees tokens,
/// events and archives.
///
/// Where it differs from AWS: see [dev.podium.lambda.runtime.RuntimePort].
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html">Lambda Runtime API</a>
@NullMarked
package dev.podium.lambda.runtime;

import org.jspecify.annotations.NullMarked;
