/// A small HTTP/1.1 connection of our own, server and client side, for what the JDK's server
/// can't do: trailers, upgrades, TLS by the connection, raw targets, noticing that a client went away while
/// its request
/// is
/// parked, answers written by any thread.
///
/// Entry types: [dev.podium.http.wire.WireServer] and [dev.podium.http.wire.WireClient]. Every
/// connection has a virtual thread of its own. The package knows neither the AWS APIs nor the
/// runtime port that is built on it.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc9112">RFC 9112: HTTP/1.1</a>
@NullMarked
package dev.podium.http.wire;

import org.jspecify.annotations.NullMarked;
