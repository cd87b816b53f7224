/// The operations of the Lambda API: typed handlers, and the checks that the service model can't hold.
///
/// Entry type: [dev.podium.lambda.api.LambdaApi]. No wire code: requests and responses are records bound by `aws`.
@NullMarked
package dev.podium.lambda.api;

import org.jspecify.annotations.NullMarked;
