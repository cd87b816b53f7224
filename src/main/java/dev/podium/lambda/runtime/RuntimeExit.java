package dev.podium.lambda.runtime;

/// The end of the runtime's process, as its start script reported it.
///
/// @param status exit status as a shell gives it: 128 + n for signal n
/// @param outOfMemory whether the kernel killed a process of the pod for want of memory meanwhile
public record RuntimeExit(int status, boolean outOfMemory) {}
