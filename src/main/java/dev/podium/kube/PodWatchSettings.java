package dev.podium.kube;

import java.time.Duration;

/// How a [PodWatch] keeps up.
///
/// @param streamTime after which the server is asked to end a watch stream, so that it is opened anew
/// @param silence a stream without any event or bookmark for so long is cut; servers send a bookmark a minute
/// @param pollInterval between lists where watching is impossible
/// @param pollFor how long to poll before watching is tried again
/// @param backoffInitial pause after a failure, doubled each time, with jitter
/// @param backoffMax longest pause
/// @param unhealthyAfter without contact for so long, [PodWatch#healthy()] turns false
/// @param closeWithin longest time that [PodWatch#close()] takes
public record PodWatchSettings(
        Duration streamTime,
        Duration silence,
        Duration pollInterval,
        Duration pollFor,
        Duration backoffInitial,
        Duration backoffMax,
        Duration unhealthyAfter,
        Duration closeWithin) {
    /// What suits any cluster.
    public static PodWatchSettings defaults() {
        return new PodWatchSettings(
                Duration.ofMinutes(5),
                Duration.ofSeconds(90),
                Duration.ofSeconds(2),
                Duration.ofMinutes(5),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofMinutes(2),
                Duration.ofSeconds(5));
    }
}
