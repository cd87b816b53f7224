/// Reading and writing of the formats that Podium speaks. Entry: [dev.podium.codec.Json]. Knows nothing of AWS or
/// Kubernetes.
@NullMarked
package dev.podium.codec;

import org.jspecify.annotations.NullMarked;
