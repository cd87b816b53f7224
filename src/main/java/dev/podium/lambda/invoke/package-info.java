/// Running functions: environments and their pods, concurrency, results, and the asynchronous queue.
///
/// Entry type: [dev.podium.lambda.invoke.Invocations]. Knows nothing of HTTP or of the API's shapes.
@NullMarked
package dev.podium.lambda.invoke;

import org.jspecify.annotations.NullMarked;
