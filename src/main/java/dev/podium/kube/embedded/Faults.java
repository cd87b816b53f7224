package dev.podium.kube.embedded;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Fault switches of an [EmbeddedCluster]: what a test lets go wrong, set and cleared while the cluster runs.
///
/// Rules are consulted in the order in which they were added; a rule that has been used as often as it says is
/// gone.
public final class Faults {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Rule> rules = new ArrayList<>();

    /// The calls that faults can hit.
    public enum Verb {
        /// `POST …/pods`
        CREATE,
        /// `GET …/pods/name`
        GET,
        /// `GET …/pods`
        LIST,
        /// `GET …/pods?watch=true`
        WATCH,
        /// `DELETE …/pods/name`
        DELETE,
        /// `GET …/pods/name/log`
        LOG,
        /// `POST …/selfsubjectaccessreviews`
        REVIEW
    }

    /// What happens to a call.
    public sealed interface Fault {
        /// Answers this status instead of doing anything.
        ///
        /// @param reason the Status object's reason, such as `AlreadyExists`, `Expired`, `TooManyRequests`,
        ///     `InternalError`
        /// @param retryAfter value of the `Retry-After` header (whole seconds), if any
        record Failure(int status, String reason, @Nullable Duration retryAfter) implements Fault {}

        /// Does what was asked and then answers this status: the outcome is ambiguous for the caller.
        record FailureAfterwards(int status, String reason) implements Fault {}

        /// Cuts the connection inside the body; a watch stream after `events` events, so that it ends without
        /// notice.
        record Cut(int events) implements Fault {}

        /// A watch stream that stays open and says nothing from now on.
        record Silence() implements Fault {}

        /// Answers, but later.
        record Slow(Duration delay) implements Fault {}

        /// Denies the verb, as missing RBAC rules would; access reviews then answer "not allowed".
        record Forbidden() implements Fault {}
    }

    private static final class Rule {
        final Verb verb;
        final Fault fault;
        int left;

        Rule(Verb verb, Fault fault, int left) {
            this.verb = verb;
            this.fault = fault;
            this.left = left;
        }
    }

    /// Lets the next `times` calls of a verb meet a fault.
    public void add(Verb verb, int times, Fault fault) {
        if (times < 1) {
            throw new IllegalArgumentException("times must be at least 1, not " + times);
        }
        lock.lock();
        try {
            rules.add(new Rule(verb, fault, times));
        } finally {
            lock.unlock();
        }
    }

    /// Lets all calls of a verb meet a fault until [#clear].
    public void always(Verb verb, Fault fault) {
        add(verb, Integer.MAX_VALUE, fault);
    }

    /// Ends all faults; streams that are silent stay so.
    public void clear() {
        lock.lock();
        try {
            rules.clear();
        } finally {
            lock.unlock();
        }
    }

    /// Tells how many calls are still to meet a fault, over all rules that are not permanent.
    public int pending() {
        lock.lock();
        try {
            return rules.stream()
                    .filter(r -> r.left != Integer.MAX_VALUE)
                    .mapToInt(r -> r.left)
                    .sum();
        } finally {
            lock.unlock();
        }
    }

    Optional<Fault> take(Verb verb) {
        lock.lock();
        try {
            for (int i = 0; i < rules.size(); i++) {
                Rule rule = rules.get(i);
                if (rule.verb == verb) {
                    if (rule.left != Integer.MAX_VALUE && --rule.left == 0) {
                        rules.remove(i);
                    }
                    return Optional.of(rule.fault);
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Whether a permanent rule denies the verb; not counted as a use.
    boolean denies(Verb verb) {
        lock.lock();
        try {
            return rules.stream().anyMatch(r -> r.verb == verb && r.fault instanceof Fault.Forbidden);
        } finally {
            lock.unlock();
        }
    }
}
