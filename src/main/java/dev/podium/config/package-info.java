/// The configuration: environment variables, typed.
@NullMarked
package dev.podium.config;

import org.jspecify.annotations.NullMarked;
