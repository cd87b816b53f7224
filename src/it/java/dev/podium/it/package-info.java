/// Integration tests: a real Kubernetes, images with the real runtime clients, real AWS clients.
///
/// Start at [ItCluster]. A test gets its cluster and a namespace of its own from it, and a server from
/// [PodiumProcess] (outside the cluster) or [PodiumDeployment] (inside). Nothing here reaches into the
/// server: only its API and its pods are looked at.
@NullMarked
package dev.podium.it;

import org.jspecify.annotations.NullMarked;
