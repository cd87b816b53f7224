package dev.podium.elb.proxy;

/// What an HTTP listener does with its requests at the moment.
///
/// @param balancer the load balancer's attributes
/// @param listener the listener's
record HttpRoutes(LoadBalancer.Attributes balancer, Listener.Attributes listener, RuleTable rules) {
    static HttpRoutes of(LoadBalancer balancer, Listener listener) {
        return new HttpRoutes(balancer.attributes(), listener.attributes(), RuleTable.of(listener.rules()));
    }
}
