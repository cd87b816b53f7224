package dev.podium.ec2;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A filter of a request: any of the values fits.
record Filter(@Nullable String name, @Nullable List<String> values) {}
