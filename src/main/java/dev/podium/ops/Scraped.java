package dev.podium.ops;

import java.util.Map;

/// What another server showed at its `/metrics`.
///
/// @param labels that its numbers get here
/// @param text   in Prometheus' text form; lines that are none are left out
public record Scraped(Map<String, String> labels, String text) {}
