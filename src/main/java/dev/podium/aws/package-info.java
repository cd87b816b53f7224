/// The AWS front: one port that speaks every service's protocol, driven by the service models.
///
/// Start at [dev.podium.aws.Dispatcher]. A service is a [dev.podium.aws.ServiceApi]: typed handlers from
/// request record to response record, or an [dev.podium.aws.AwsException]. Routing, parsing, validation in
/// AWS's wording, signatures, rendering and error bodies are done here and nowhere else. The operations of a
/// [dev.podium.aws.Service] are built by its first request. Must not know any service's meaning; of S3 it knows
/// that its presigned links and the signatures of its flowing bodies are unlike all others'
/// ([dev.podium.aws.Presigned], [dev.podium.aws.ChunkSignatures]).
///
/// @see <a href="https://smithy.io/2.0/aws/protocols/index.html">AWS protocols</a>
@NullMarked
package dev.podium.aws;

import org.jspecify.annotations.NullMarked;
