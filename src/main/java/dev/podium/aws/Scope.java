package dev.podium.aws;

/// What every resource is keyed by.
///
/// @param account 12 digits
/// @param region  such as `us-east-1`
public record Scope(String account, String region) {}
