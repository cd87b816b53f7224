package dev.podium.sqs;

import dev.podium.aws.Arn;
import dev.podium.aws.Scope;
import java.util.Optional;

/// Which queue: names are unique in an account and region.
record QueueId(Scope scope, String name) {
    private static final String SERVICE = "sqs";

    /// The queue of an ARN; nothing when the ARN names something else.
    static Optional<QueueId> of(Arn arn) {
        return arn.service().equals(SERVICE) ? Optional.of(new QueueId(arn.scope(), arn.resource())) : Optional.empty();
    }

    /// The queue of a URL as the caller's region has it: a URL names account and queue, whatever its host.
    static Optional<QueueId> of(String url, Scope caller) {
        String path = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        int name = path.lastIndexOf('/');
        int account = name < 0 ? -1 : path.lastIndexOf('/', name - 1);
        if (account < 0 || name - account < 2 || name == path.length() - 1) {
            return Optional.empty();
        }
        return Optional.of(
                new QueueId(new Scope(path.substring(account + 1, name), caller.region()), path.substring(name + 1)));
    }

    String key() {
        return prefix(scope) + name;
    }

    /// What the keys of all queues of an account and region begin with.
    static String prefix(Scope scope) {
        return scope.account() + "/" + scope.region() + "/";
    }

    Arn arn() {
        return Arn.of(SERVICE, scope, name);
    }

    boolean fifo() {
        return name.endsWith(".fifo");
    }
}
