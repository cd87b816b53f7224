package dev.podium.ec2;

/// A tag of a resource.
record Tag(String key, String value) {}
