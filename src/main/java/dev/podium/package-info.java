/// Podium: the AWS Lambda, EC2, ECS and Elastic Load Balancing APIs on ordinary Kubernetes Pods.
///
/// [dev.podium.Main] is the program. Only this package may see all others.
@NullMarked
package dev.podium;

import org.jspecify.annotations.NullMarked;
