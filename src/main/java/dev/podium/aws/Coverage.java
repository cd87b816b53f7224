package dev.podium.aws;

import java.util.List;

/// What Podium has of a service, for the generated documentation.
///
/// @param service    its name, such as `Lambda`
/// @param apiVersion such as `2015-03-31`
/// @param protocol   `rest-json`, `json`, `query`, `ec2` or `rest-xml`
/// @param operations every operation of the model, in alphabetical order
public record Coverage(String service, String apiVersion, String protocol, List<Item> operations) {
    /// How much of an operation there is.
    public enum State {
        /// As AWS does it.
        FULL,
        /// Something is missing, and the remark says what.
        PARTIAL,
        /// Refused on purpose, and the remark says why.
        REFUSED,
        /// No handler yet; refused too.
        ABSENT;

        /// Tells whether such an operation has a handler.
        public boolean supported() {
            return this == FULL || this == PARTIAL;
        }
    }

    /// An operation and its state.
    ///
    /// @param remark what is missing, why it is refused or what to know; may be empty
    public record Item(String operation, State state, String remark) {
        /// Tells whether it has a handler.
        public boolean supported() {
            return state.supported();
        }
    }

    /// How many operations are in one of these states.
    public long count(State... states) {
        List<State> wanted = List.of(states);
        return operations.stream().filter(item -> wanted.contains(item.state())).count();
    }
}
