/// The data plane of Elastic Load Balancing: listeners' ports, rules, target groups, health
/// checks, and the proxy.
///
/// Entry type: [dev.podium.elb.proxy.LoadBalancers]. The control plane (`elb`) tells it what
/// there is, as immutable snapshots, and asks it for the targets' health. The package knows
/// neither the AWS API nor where targets come from.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/introduction.html">Application
///     Load Balancers</a>
@NullMarked
package dev.podium.elb.proxy;

import org.jspecify.annotations.NullMarked;
