/// Readers and writers of the formats that AWS and Kubernetes speak. [dev.podium.codec.Json] holds the one
/// `ObjectMapper`.
///
/// Knows nothing of the rest of Podium.
@NullMarked
package dev.podium.codec;

import org.jspecify.annotations.NullMarked;
