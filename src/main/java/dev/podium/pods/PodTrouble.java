package dev.podium.pods;

/// Why a pod does not run: the one translation of Kubernetes' reasons that the services see.
public sealed interface PodTrouble {
    /// The cause in words, Kubernetes' reason first: goes into AWS's error messages as it is.
    String cause();

    /// Tells whether waiting longer may help.
    default boolean mayPass() {
        return false;
    }

    /// An image can't be had. `ErrImagePull` may be a passing fault; the kubelet's back-off says it isn't.
    record ImageUnavailable(String reason, String message) implements PodTrouble {
        @Override
        public String cause() {
            return reason + ": " + message;
        }

        @Override
        public boolean mayPass() {
            return reason.equals("ErrImagePull") || reason.equals("RegistryUnavailable");
        }
    }

    /// No node fits, yet.
    record Unschedulable(String message) implements PodTrouble {
        @Override
        public String cause() {
            return "Unschedulable: " + message;
        }

        @Override
        public boolean mayPass() {
            return true;
        }
    }

    /// A container could not be started.
    record StartFailed(String reason, String message) implements PodTrouble {
        @Override
        public String cause() {
            return reason + ": " + message;
        }
    }

    /// A container ended.
    record Ended(int exitCode, String reason, String message) implements PodTrouble {
        @Override
        public String cause() {
            return reason + " (exit code " + exitCode + ")" + (message.isEmpty() ? "" : ": " + message);
        }

        /// Whether the kernel ended it for its memory limit.
        public boolean outOfMemory() {
            return reason.equals("OOMKilled");
        }
    }

    /// The node put the pod out, or the cluster needs its place: a drain, a preemption.
    record Evicted(String message) implements PodTrouble {
        @Override
        public String cause() {
            return "Evicted: " + message;
        }
    }

    /// Somebody deleted the pod.
    record Deleted() implements PodTrouble {
        @Override
        public String cause() {
            return "the pod was deleted";
        }
    }
}
