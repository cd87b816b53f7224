package dev.podium.sqs;

/// A message as it was received.
///
/// @param handle  names it and this receive of it
/// @param message as it was right after this receive
record Received(String handle, long sequence, StoredMessage message, Content content) {}
