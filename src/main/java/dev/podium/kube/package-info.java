/// A client for the little of the Kubernetes API that Podium needs: pods, their logs, and what it may do with
/// them.
///
/// [dev.podium.kube.KubeAccess] says where the API server is and who we are, [dev.podium.kube.KubeClient]
/// calls it, and [dev.podium.kube.PodWatch] keeps up with the pods of one label selector. Pods are plain JSON
/// trees here: what is in them is for the package `pods` to know.
///
/// @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">Kubernetes API concepts</a>
@NullMarked
package dev.podium.kube;

import org.jspecify.annotations.NullMarked;
