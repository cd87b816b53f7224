package dev.podium.ops;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// One thing that must be in order before Podium can serve.
///
/// @param name such as `kubernetes`
/// @param problem gives what is wrong, or null; quick, and an exception counts as the problem
public record Check(String name, Callable<@Nullable String> problem) {}
