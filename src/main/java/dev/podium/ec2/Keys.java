package dev.podium.ec2;

import dev.podium.aws.Scope;

/// Keys of the tables: `account/region/id`.
final class Keys {
    private Keys() {}

    /// The key of a resource; with an empty id what all keys of the scope begin with.
    static String of(Scope scope, String id) {
        return scope.account() + "/" + scope.region() + "/" + id;
    }

    /// The part of a key behind account and region.
    static String id(String key) {
        return key.substring(key.indexOf('/', key.indexOf('/') + 1) + 1);
    }

    /// Account and region of a key.
    static Scope scope(String key) {
        int slash = key.indexOf('/');
        return new Scope(key.substring(0, slash), key.substring(slash + 1, key.indexOf('/', slash + 1)));
    }
}
