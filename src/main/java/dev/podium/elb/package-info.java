/// Elastic Load Balancing v2, the control plane: load balancers with their listeners and rules, target groups with
/// their targets.
///
/// Entry types: [dev.podium.elb.LoadBalancers] and [dev.podium.elb.TargetGroups], the collections;
/// [dev.podium.elb.ElbApi], their wire side; [dev.podium.elb.Traffic], which hands both to the data plane in
/// `elb.proxy`. What instances and functions are is not known here: see [dev.podium.elb.InstanceAddresses] and
/// [dev.podium.elb.FunctionInvoker].
@NullMarked
package dev.podium.elb;

import org.jspecify.annotations.NullMarked;
