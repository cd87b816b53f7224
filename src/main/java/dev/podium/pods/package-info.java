/// Pods as the services see them: create, delete, list, follow and read logs of the pods of this Podium instance.
///
/// Entry type: [dev.podium.pods.Pods]. Names, labels, ownership, security defaults and the template merge
/// live here; what runs in a pod and which AWS resource it stands for is not known here.
@NullMarked
package dev.podium.pods;

import org.jspecify.annotations.NullMarked;
