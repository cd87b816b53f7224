/// Podium's configuration: environment variables in, one record of typed values out.
///
/// Start with [dev.podium.config.Config]; every variable stands in [dev.podium.config.Variable]. This package
/// reads nothing itself, neither the environment nor files, and must not know what the values are for.
@NullMarked
package dev.podium.config;

import org.jspecify.annotations.NullMarked;
