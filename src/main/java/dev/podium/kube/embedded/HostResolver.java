package dev.podium.kube.embedded;

/// How a local process reaches a name that a pod's `hostAliases` lists.
///
/// In a cluster the pod's hosts file would answer; a local process has no hosts file of its own, so the kubelet
/// rewrites `name:port` in the values of environment variables to what this returns.
@FunctionalInterface
public interface HostResolver {
    /// Gives the address to connect to.
    ///
    /// @param hostPort a listed name and a port, such as `token.runtime.internal:9001`
    /// @return an IPv4 address and a port, such as `127.0.0.1:54321`; the argument itself when the name is
    ///     unknown, which then means the address that the alias gives, with the port unchanged
    String resolve(String hostPort);
}
