/// Reading and writing of JSON, XML, form data, event streams and PEM: the one place that configures a parser.
///
/// Start at [dev.podium.codec.Json]. Knows nothing of AWS, Kubernetes or HTTP.
@NullMarked
package dev.podium.codec;

import org.jspecify.annotations.NullMarked;
