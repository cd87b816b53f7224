/// A Kubernetes API for pods in this process, whose kubelet runs containers as local processes.
///
/// Entry: [dev.podium.kube.embedded.EmbeddedCluster]. It serves over loopback HTTP what `kube` uses of the real
/// API, so that the code path of the client is the same: create, get, list with selectors, watch, delete with
/// grace, logs, access reviews. Runtime images of AWS Lambda are stood in for by interpreters of this machine
/// with bundled runtime loops; what cannot run gets the status that a kubelet would give. It is **not** an
/// isolation boundary: processes run as this user, and paths in a function's own code are not mapped (only
/// those in environment variables, commands and arguments are).
///
/// The parts: [dev.podium.kube.embedded.PodApi] (requests) over [dev.podium.kube.embedded.PodTable] (objects,
/// versions, events), and [dev.podium.kube.embedded.Kubelet] with a [dev.podium.kube.embedded.PodRun] per pod.
/// It must not know anything of AWS's API or of Podium's functions besides the contract of the function pod
/// (container `podium-code`, the file `podium/env`, the exit report).
///
/// @see <a href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">Pod v1</a>
@NullMarked
package dev.podium.kube.embedded;

import org.jspecify.annotations.NullMarked;
