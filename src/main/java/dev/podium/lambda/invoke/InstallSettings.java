package dev.podium.lambda.invoke;

import dev.podium.lambda.runtime.CodeLimits;
import java.time.Duration;

/// How dependencies are installed.
///
/// @param within how long it may take
/// @param size   what may come of it
public record InstallSettings(Duration within, CodeLimits size) {}
