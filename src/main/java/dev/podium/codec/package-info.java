/// Reading and writing of JSON, XML, forms and event streams.
///
/// Start with [dev.podium.codec.Json]. It must not know any other package of Podium.
@NullMarked
package dev.podium.codec;

import org.jspecify.annotations.NullMarked;
