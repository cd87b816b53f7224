/// `make bench`: figures, each against a floor taken in the same run.
@NullMarked
package dev.podium.bench;

import org.jspecify.annotations.NullMarked;
