package dev.podium.ec2;

import dev.podium.aws.Scope;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An instance as it is stored.
///
/// @param index place in its reservation
record StoredInstance(
        String account, String region, String id, String reservation, int index, Definition definition, Life life) {
    /// Where an instance is in its life.
    ///
    /// @param transition why it changed last, in words; empty when there is nothing to say
    /// @param reason     the code of the state's reason, or null
    /// @param message    of that reason
    /// @param launched   when it was started last
    /// @param ip         the pod's address while it has one
    /// @param pod        the pod's name while it has one
    /// @param generation counts the pods, so that news of an earlier one is known as such
    /// @param booted     whether its user data has been given to a pod
    record Life(
            InstanceState state,
            String transition,
            @Nullable String reason,
            @Nullable String message,
            Instant launched,
            @Nullable String ip,
            @Nullable String pod,
            int generation,
            boolean booted) {
        /// The life of a new instance.
        static Life begin(Instant now) {
            return new Life(InstanceState.PENDING, "", "pending", "pending", now, null, null, 1, false);
        }

        /// The same in another state, with what led there.
        Life in(InstanceState next, String why, @Nullable String code, @Nullable String text) {
            boolean placed = next != InstanceState.STOPPED && next != InstanceState.TERMINATED;
            return new Life(
                    next, why, code, text, launched, placed ? ip : null, placed ? pod : null, generation, booted);
        }

        /// The same waiting, with Kubernetes' reason.
        Life because(String code, String text) {
            return in(state, transition, code, text);
        }

        /// The same without the pod that may have been made, waiting for another one.
        Life without(String code, String text) {
            return new Life(state, transition, code, text, launched, null, null, generation, booted);
        }

        /// Running at an address.
        Life running(String address) {
            return new Life(InstanceState.RUNNING, "", null, null, launched, address, pod, generation, booted);
        }

        /// With the pod that was made for it, which has the user data.
        Life on(String name) {
            return new Life(state, transition, reason, message, launched, ip, name, generation, true);
        }

        /// About to get another pod: from stopped, or at a reboot.
        Life again(InstanceState next, Instant now) {
            boolean start = next == InstanceState.PENDING;
            return new Life(
                    next,
                    "",
                    start ? "pending" : null,
                    start ? "pending" : null,
                    start ? now : launched,
                    start ? null : ip,
                    null,
                    generation + 1,
                    booted);
        }
    }

    Scope scope() {
        return new Scope(account, region);
    }

    String key() {
        return Keys.of(scope(), id);
    }

    InstanceState state() {
        return life.state;
    }

    /// The same with another life.
    StoredInstance with(Life next) {
        return new StoredInstance(account, region, id, reservation, index, definition, next);
    }

    /// The same with another definition.
    StoredInstance with(Definition next) {
        return new StoredInstance(account, region, id, reservation, index, next, life);
    }
}
