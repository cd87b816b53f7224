/// Amazon ECS: clusters, task definitions, tasks and services; every task is one pod.
///
/// Entry type: [dev.podium.ecs.EcsApi]. The path of a task: [dev.podium.ecs.Tasks] keeps it, a
/// [dev.podium.ecs.TaskRun]
/// leads it from its pod's making to its end, [dev.podium.ecs.TaskPods] words the pod. A
/// [dev.podium.ecs.ServiceRun]
/// keeps the tasks of one service as wanted, woken by what happens to them. What load balancers, logs and secrets
/// are is not known here: see [dev.podium.ecs.LoadBalancing], [dev.podium.ecs.TaskLogs] and
/// [dev.podium.ecs.SecretValues].
///
/// @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html">API reference</a>
@NullMarked
package dev.podium.ecs;

import org.jspecify.annotations.NullMarked;
