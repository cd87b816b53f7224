/// Lambda's resources: functions, their configuration and the rules that hold for them.
///
/// Entry type: [dev.podium.lambda.Functions]. How functions run is not known here.
@NullMarked
package dev.podium.lambda;

import org.jspecify.annotations.NullMarked;
