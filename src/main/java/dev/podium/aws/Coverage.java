package dev.podium.aws;

import java.util.List;

/// Which operations of a service Podium has, for the generated documentation.
///
/// @param service    its name, such as `Lambda`
/// @param apiVersion such as `2015-03-31`
/// @param protocol   `rest-json`, `json`, `query`, `ec2` or `rest-xml`
/// @param operations every operation of the model, in alphabetical order
public record Coverage(String service, String apiVersion, String protocol, List<Item> operations) {
    /// An operation, and whether it has a handler.
    public record Item(String operation, boolean supported) {}

    /// How many operations have a handler.
    public long supported() {
        return operations.stream().filter(Item::supported).count();
    }
}
