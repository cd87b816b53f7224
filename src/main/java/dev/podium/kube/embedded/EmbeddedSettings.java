package dev.podium.kube.embedded;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/// Settings of an [EmbeddedCluster].
///
/// @param folder where pods keep their files and logs; emptied of former pods at start and locked while the
///     cluster runs
/// @param namespace the one namespace that exists
/// @param hosts how processes reach names that `hostAliases` lists
/// @param searchPath value of PATH that interpreters and commands are looked up in and that processes get
/// @param clock source of all times in the API
/// @param faults switches for tests
/// @param historySize events that a watch can be resumed over; older resource versions answer 410
/// @param bookmarkInterval time between bookmarks on an otherwise quiet watch
/// @param logLimitBytes size at which a container's log loses its older half
/// @param crashBackOff wait before the first restart of a container; doubled with each further one, at most 30
///     times as long
public record EmbeddedSettings(
        Path folder,
        String namespace,
        HostResolver hosts,
        String searchPath,
        Clock clock,
        Faults faults,
        int historySize,
        Duration bookmarkInterval,
        long logLimitBytes,
        Duration crashBackOff) {
    /// Usual values for a folder: namespace `default`, no names resolved, the system's clock, no faults.
    public static EmbeddedSettings defaults(Path folder) {
        return new EmbeddedSettings(
                folder,
                "default",
                hostPort -> hostPort,
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                Clock.systemUTC(),
                new Faults(),
                500,
                Duration.ofSeconds(30),
                10 << 20,
                Duration.ofSeconds(10));
    }

    /// The same with another namespace.
    public EmbeddedSettings withNamespace(String value) {
        return new EmbeddedSettings(
                folder,
                value,
                hosts,
                searchPath,
                clock,
                faults,
                historySize,
                bookmarkInterval,
                logLimitBytes,
                crashBackOff);
    }

    /// The same with another resolver.
    public EmbeddedSettings withHosts(HostResolver value) {
        return new EmbeddedSettings(
                folder,
                namespace,
                value,
                searchPath,
                clock,
                faults,
                historySize,
                bookmarkInterval,
                logLimitBytes,
                crashBackOff);
    }

    /// The same with another PATH.
    public EmbeddedSettings withSearchPath(String value) {
        return new EmbeddedSettings(
                folder,
                namespace,
                hosts,
                value,
                clock,
                faults,
                historySize,
                bookmarkInterval,
                logLimitBytes,
                crashBackOff);
    }

    /// The same with another bound on the event history and another interval of bookmarks.
    public EmbeddedSettings withWatch(int historySize, Duration bookmarkInterval) {
        return new EmbeddedSettings(
                folder,
                namespace,
                hosts,
                searchPath,
                clock,
                faults,
                historySize,
                bookmarkInterval,
                logLimitBytes,
                crashBackOff);
    }

    /// The same with another bound on logs and another wait before restarts.
    public EmbeddedSettings withContainers(long logLimitBytes, Duration crashBackOff) {
        return new EmbeddedSettings(
                folder,
                namespace,
                hosts,
                searchPath,
                clock,
                faults,
                historySize,
                bookmarkInterval,
                logLimitBytes,
                crashBackOff);
    }
}
