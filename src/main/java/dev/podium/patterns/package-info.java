/// The event pattern language of EventBridge, which rules and Lambda's event source mappings filter with.
///
/// Entry type: [dev.podium.patterns.EventPattern]. Where events come from and go to is not known here.
///
/// @see <a
/// href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html">Operators</a>
@NullMarked
package dev.podium.patterns;

import org.jspecify.annotations.NullMarked;
