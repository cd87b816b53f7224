package dev.podium.ecs;

/// Why a task ends.
///
/// @param reason in words, shown as `stoppedReason`
/// @param drain whether its pod still serves, so that load balancers let requests under way finish
record Stop(Code code, String reason, boolean drain) {
    /// AWS's stop codes.
    enum Code {
        TASK_FAILED_TO_START("TaskFailedToStart"),
        ESSENTIAL_CONTAINER_EXITED("EssentialContainerExited"),
        USER_INITIATED("UserInitiated"),
        SERVICE_SCHEDULER_INITIATED("ServiceSchedulerInitiated"),
        TERMINATION_NOTICE("TerminationNotice");

        private final String text;

        Code(String text) {
            this.text = text;
        }

        /// As the API shows it.
        String text() {
            return text;
        }
    }

    static Stop failed(String reason) {
        return new Stop(Code.TASK_FAILED_TO_START, reason, false);
    }

    /// The pod went away without anybody here having asked for it.
    static Stop terminated(String reason) {
        return new Stop(Code.TERMINATION_NOTICE, reason, false);
    }

    static Stop essentialExited() {
        return new Stop(Code.ESSENTIAL_CONTAINER_EXITED, "Essential container in task exited", false);
    }
}
