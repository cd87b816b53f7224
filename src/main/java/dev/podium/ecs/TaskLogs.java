package dev.podium.ecs;

import dev.podium.aws.Scope;
import java.util.List;

/// Where containers with the log driver `awslogs` write to; the root connects it with the log groups.
public interface TaskLogs {
    /// A line of a container.
    ///
    /// @param millis when it was written, since the epoch
    record Line(long millis, String text) {}

    /// Tells whether there is such a log group.
    boolean exists(Scope scope, String group);

    /// Adds lines to a stream, which is made when it isn't there, and its group too. Does not wait for the disk.
    void write(Scope scope, String group, String stream, List<Line> lines);
}
