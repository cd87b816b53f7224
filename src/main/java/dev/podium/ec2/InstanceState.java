package dev.podium.ec2;

import java.util.Locale;

/// The states of an instance, with AWS's codes.
///
/// @see <a href="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html">InstanceState</a>
enum InstanceState {
    PENDING(0),
    RUNNING(16),
    SHUTTING_DOWN(32),
    TERMINATED(48),
    STOPPING(64),
    STOPPED(80);

    private final int code;

    InstanceState(int code) {
        this.code = code;
    }

    /// The state as the API shows it.
    record Shown(int code, String name) {}

    Shown shown() {
        return new Shown(code, text());
    }

    /// The state's name on the wire: `shutting-down`.
    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Tells whether the instance has a pod, or is to get one.
    boolean alive() {
        return this == PENDING || this == RUNNING;
    }

    /// Tells whether the instance is on its way out or gone.
    boolean over() {
        return this == SHUTTING_DOWN || this == TERMINATED;
    }
}
