package dev.podium.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.ecs.Names.ServiceName;
import java.util.List;

/// A service on disk.
///
/// @param document as the API shows it, but for deployments and counts
/// @param deployments newest first
record StoredService(ServiceName name, ObjectNode document, List<Deployment> deployments) {}
