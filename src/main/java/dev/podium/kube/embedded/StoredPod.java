package dev.podium.kube.embedded;

import java.util.Map;

/// A pod as the table keeps it: its JSON as bytes, which is several times smaller than a tree, and what lookups
/// need.
///
/// @param json the whole object, beginning with [#HEAD]
/// @param deleting whether `deletionTimestamp` is set
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record StoredPod(String name, String uid, long version, Map<String, String> labels, byte[] json, boolean deleting) {
    /// How every object begins; items of a list leave `kind` and `apiVersion` out, as the real API does.
    static final String HEAD = "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",";
}
