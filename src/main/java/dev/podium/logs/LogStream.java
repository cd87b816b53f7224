package dev.podium.logs;

/// A log stream as Podium keeps it; what its events say of it stands in the segments.
///
/// @param number names it in the group's segments
/// @param creationTime epoch milliseconds
/// @param onDemand whether the first event made it, so that it may go with its last one
record LogStream(String name, int number, long creationTime, boolean onDemand) {}
