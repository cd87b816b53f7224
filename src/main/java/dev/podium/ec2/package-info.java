/// EC2: instances that are pods, and what they are launched with: images, networks, security groups, key pairs.
///
/// Entry types: [dev.podium.ec2.Ec2Api], the operations, and [dev.podium.ec2.Instances], the instances with their
/// pods, which others may ask for an instance's address. Small resources are stored in the shape in which the API
/// shows them; their tags lie in a table of their own. Knows nothing of other services.
@NullMarked
package dev.podium.ec2;

import org.jspecify.annotations.NullMarked;
