package dev.podium;

import dev.podium.aws.Service;
import dev.podium.pods.PodException;

/// One AWS service: what the server builds, starts and empties.
///
/// To add a service, write one of these and name it in [Services].
interface ServicePart {
    /// The service's operations, built on its first request.
    Service service();

    /// Starts what runs in the background; called once the server listens.
    default void start() {}

    /// Takes in the pods of an earlier run. Called again, a second later, when the cluster does not answer.
    default void adopt() throws PodException, InterruptedException {}

    /// All pods of an earlier run are taken in, or there were none: what is missing now is gone.
    default void settle() {}

    /// Forgets everything, in memory and outside the store; the store is emptied right after.
    default void clear() throws InterruptedException {}

    /// Reads the store again after it was emptied.
    default void emptied() {}
}
