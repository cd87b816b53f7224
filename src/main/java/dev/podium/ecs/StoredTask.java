package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;

/// A task on disk.
///
/// @param document as the API shows it
record StoredTask(TaskSpec task, ObjectNode document) {}
