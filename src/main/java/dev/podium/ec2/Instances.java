package dev.podium.ec2;

import dev.podium.aws.Scope;
import dev.podium.http.wire.VirtualHosts;
import dev.podium.pods.NetworkPolicies;
import dev.podium.pods.PodException;
import dev.podium.pods.Pods;
import dev.podium.pods.Reaper;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import dev.podium.store.Write;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// All instances: their records, and the changes of their states. What runs for them is up to [Machines].
public final class Instances implements AutoCloseable {
    /// AWS shows terminated instances for an hour.
    private static final Duration VISIBLE = Duration.ofHours(1);
    /// How long AWS remembers client tokens, at least.
    private static final Duration TOKENS = Duration.ofHours(24);
    /// More instances in a region are refused.
    private static final int MOST = 2000;

    private final Store store;
    private final Clock clock;
    private final Table<StoredInstance> table;
    private final Table<Launched> tokens;
    private final Tags tags;
    private final Networks networks;
    private final GroupPolicies policies;
    private final Expiry expiry;
    private final Machines machines;
    private final InstanceMetadata metadata;
    private volatile BiConsumer<Scope, String> changed = (scope, id) -> {};

    /// Opens the collection; nothing is read yet.
    ///
    /// @param policies null when security groups are not enforced
    public Instances(
            Store store,
            Pods pods,
            @Nullable NetworkPolicies policies,
            Reaper reaper,
            VirtualHosts port,
            Ec2Settings settings) {
        this.store = store;
        this.clock = settings.clock();
        this.table = store.table("ec2-instances", StoredInstance.class);
        this.tokens = store.table("ec2-client-tokens", Launched.class);
        this.tags = new Tags(store);
        this.networks = new Networks(store, tags);
        this.policies = new GroupPolicies(policies, networks, settings.selfPort());
        this.expiry = new Expiry(store, clock);
        this.metadata = new InstanceMetadata(this, tags, port, settings);
        this.machines = new Machines(this, pods, reaper, settings, store);
    }

    /// What a client token launched.
    ///
    /// @param request fingerprint of the request's parameters
    record Launched(String request, String reservation, List<String> instances) {}

    /// Where an instance can be reached, for those who send traffic to it.
    ///
    /// @param ip    null while it has none
    /// @param state its name: `running`
    /// @param vpcId the instance's network
    public record Address(@Nullable String ip, String state, String vpcId, String zone) {}

    /// Where an instance can be reached; nothing when there is no such instance.
    ///
    /// @param id such as `i-0123456789abcdef0`
    public Optional<Address> address(Scope scope, String id) {
        return find(scope, id)
                .map(i -> new Address(
                        i.life().ip(),
                        i.state().text(),
                        i.definition().vpcId(),
                        i.definition().zone()));
    }

    /// Has a listener told of each instance whose state or address may have changed. There is one; it must
    /// not block.
    public void onChange(BiConsumer<Scope, String> listener) {
        changed = listener;
    }

    /// Takes in the pods of an earlier server.
    public void adopt() throws PodException, InterruptedException {
        machines.adopt();
    }

    /// Goes on with what an earlier server had begun; to be called after [#adopt], if there can be pods.
    public void settle() {
        if (table.size() > 0) {
            machines.settle();
        }
    }

    /// Ends all instances at once and forgets them, when all state is emptied.
    public void clear() {
        for (StoredInstance instance : everywhere()) {
            metadata.forget(instance);
            machines.discard(instance);
        }
    }

    /// Every instance of all accounts: for the start and the end of the server only.
    List<StoredInstance> everywhere() {
        List<StoredInstance> all = new ArrayList<>();
        List<Entry<StoredInstance>> page = table.page("", null, 1000);
        while (!page.isEmpty()) {
            page.forEach(entry -> all.add(entry.value()));
            page = table.page("", page.getLast().key(), 1000);
        }
        return all;
    }

    GroupPolicies policies() {
        return policies;
    }

    Networks networks() {
        return networks;
    }

    Tags tags() {
        return tags;
    }

    Clock clock() {
        return clock;
    }

    Machines machines() {
        return machines;
    }

    InstanceMetadata metadata() {
        return metadata;
    }

    /// The instance of an id, unless it isn't there or was terminated more than an hour ago.
    Optional<StoredInstance> find(Scope scope, String id) {
        expiry.due(this::forget);
        return table.get(Keys.of(scope, id));
    }

    /// The instance that a network interface belongs to.
    Optional<StoredInstance> ofInterface(Scope scope, String id) {
        return find(scope, id.replace("eni-", "i-")).filter(i -> i.state() != InstanceState.TERMINATED);
    }

    /// The instance of a key, whatever its age.
    Optional<StoredInstance> byKey(String key) {
        return table.get(key);
    }

    /// The instances of ids, in their order.
    ///
    /// @throws dev.podium.aws.AwsException InvalidInstanceID.Malformed, InvalidInstanceID.NotFound naming all
    List<StoredInstance> require(Scope scope, List<String> ids) {
        List<StoredInstance> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : ids) {
            find(scope, Resource.INSTANCE.check(id)).ifPresentOrElse(found::add, () -> missing.add(id));
        }
        if (!missing.isEmpty()) {
            throw Resource.INSTANCE.notFound(missing);
        }
        return found;
    }

    /// Some instances behind an id.
    List<Entry<StoredInstance>> after(Scope scope, @Nullable String id, int limit) {
        if (id == null) {
            expiry.due(this::forget);
        }
        String prefix = Keys.of(scope, "");
        return table.page(prefix, id == null ? null : prefix + id, limit);
    }

    /// All instances of a scope that aren't terminated.
    List<StoredInstance> living(Scope scope) {
        return after(scope, null, MOST * 2).stream()
                .map(Entry::value)
                .filter(i -> i.state() != InstanceState.TERMINATED)
                .toList();
    }

    private void forget(String what) {
        String key = what.substring(what.indexOf(' ') + 1);
        if (what.startsWith("token ")) {
            tokens.remove(key);
        } else {
            table.remove(key);
            tags.clear(Keys.scope(key), Keys.id(key));
            machines.forgetConsole(key);
        }
    }

    /// Launches instances, or gives those back that the same token launched before.
    ///
    /// @param made    new instances of one reservation
    /// @param given   tags of each
    /// @param token   of the client, or empty
    /// @param request fingerprint of the request's parameters
    List<StoredInstance> launch(Scope scope, List<StoredInstance> made, List<Tag> given, String token, String request) {
        boolean many = table.keys(Keys.of(scope, ""), null, MOST).size() + made.size() > MOST;
        if (many && living(scope).size() + made.size() > MOST) {
            throw Ec2Error.coded(
                    "InstanceLimitExceeded",
                    "You have requested more instances (" + made.size() + ") than your current instance limit of "
                            + MOST + " allows. Terminate some.");
        }
        List<Write<?>> writes = new ArrayList<>();
        for (StoredInstance instance : made) {
            writes.addAll(tags.writes(scope, instance.id(), given));
            writes.add(Write.put(table, instance.key(), instance));
        }
        store.write(writes);
        if (!token.isEmpty()) {
            String key = Keys.of(scope, token);
            Launched mine = new Launched(
                    request,
                    made.getFirst().reservation(),
                    made.stream().map(StoredInstance::id).toList());
            Launched first = tokens.compute(key, before -> before == null ? mine : before);
            if (!mine.equals(first) && first != null) {
                // Somebody was faster with the same token.
                made.forEach(instance -> forget("instance " + instance.key()));
                return earlier(scope, first, request);
            }
            store.write(List.of(expiry.write("token " + key, TOKENS)));
        }
        made.forEach(machines::launch);
        return made;
    }

    /// What a client token launched before, if it did.
    ///
    /// @throws dev.podium.aws.AwsException IdempotentParameterMismatch
    Optional<List<StoredInstance>> launched(Scope scope, String token, String request) {
        return tokens.get(Keys.of(scope, token)).map(before -> earlier(scope, before, request));
    }

    private List<StoredInstance> earlier(Scope scope, Launched before, String request) {
        if (!before.request.equals(request)) {
            throw Ec2Error.coded(
                    "IdempotentParameterMismatch",
                    "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).");
        }
        return before.instances.stream().flatMap(id -> find(scope, id).stream()).toList();
    }

    /// Changes an instance that is there.
    ///
    /// @return as it is afterwards
    /// @throws dev.podium.aws.AwsException InvalidInstanceID.NotFound
    StoredInstance change(StoredInstance instance, UnaryOperator<StoredInstance> change) {
        StoredInstance after = table.compute(instance.key(), before -> before == null ? null : change.apply(before));
        if (after == null) {
            throw Resource.INSTANCE.notFound(List.of(instance.id()));
        }
        changed.accept(after.scope(), after.id());
        return after;
    }

    /// Changes an instance if it is still the one meant.
    ///
    /// @param generation of the pod that this is about
    /// @return as it is afterwards; nothing when it has another pod by now, or is gone
    Optional<StoredInstance> changeLife(String key, int generation, UnaryOperator<StoredInstance.Life> change) {
        StoredInstance after = table.compute(
                key,
                before -> before == null || before.life().generation() != generation
                        ? before
                        : before.with(change.apply(before.life())));
        if (after != null) {
            changed.accept(after.scope(), after.id());
        }
        return Optional.ofNullable(after).filter(i -> i.life().generation() == generation);
    }

    /// Notes that an instance is gone for good: it stays visible for an hour.
    void ended(StoredInstance instance) {
        store.write(List.of(expiry.write("instance " + instance.key(), VISIBLE)));
    }

    @Override
    public void close() {
        machines.close();
    }
}
