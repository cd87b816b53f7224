/// What Podium remembers: typed tables of JSON records and blobs named by their SHA-256, both safe from `kill -9`.
///
/// Start with [dev.podium.store.Store]; [dev.podium.store.MvStore] is the one implementation, a single
/// MVStore file plus a folder of blobs. This package must not know what the records mean.
@NullMarked
package dev.podium.store;

import org.jspecify.annotations.NullMarked;
