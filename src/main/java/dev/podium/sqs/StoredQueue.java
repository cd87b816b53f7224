package dev.podium.sqs;

import dev.podium.aws.Scope;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/// A queue on disk.
///
/// @param id         of this queue alone: a queue that is made again under the name has another
/// @param attributes all that can be set and have a value, defaults included
/// @param created    in seconds since the epoch
/// @param modified   in seconds since the epoch
record StoredQueue(
        String account,
        String region,
        String name,
        String id,
        Map<String, String> attributes,
        Map<String, String> tags,
        long created,
        long modified) {
    StoredQueue {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        tags = Collections.unmodifiableMap(new TreeMap<>(tags));
    }

    QueueId queueId() {
        return new QueueId(new Scope(account, region), name);
    }

    StoredQueue withAttributes(Map<String, String> changed, long now) {
        return new StoredQueue(account, region, name, id, changed, tags, created, now);
    }

    StoredQueue withTags(Map<String, String> changed) {
        return new StoredQueue(account, region, name, id, attributes, changed, created, modified);
    }
}
