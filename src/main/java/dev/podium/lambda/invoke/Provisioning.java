package dev.podium.lambda.invoke;

import dev.podium.lambda.Alias;
import dev.podium.lambda.FunctionName;
import dev.podium.lambda.Functions;
import dev.podium.lambda.LambdaFunction;
import dev.podium.lambda.ProvisionedConcurrency;
import dev.podium.lambda.ProvisionedConcurrency.Config;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/// Gives provisioned concurrency its effect: turns what was asked for versions and aliases into numbers of
/// environments of versions.
///
/// An alias passes its number on to the version that it points to, and to the second one by its weight; both
/// when it is asked for and when the alias moves.
public final class Provisioning {
    private static final Logger LOG = System.getLogger("lambda");

    private final Functions functions;
    private final ProvisionedConcurrency asked;
    private final ObjIntConsumer<LambdaFunction> provision;
    private final Function<LambdaFunction, Provisioned> state;
    /// By function, without a qualifier: what its versions were told last.
    private final Map<FunctionName, Map<String, Integer>> told = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();

    /// @param provision sets the number of a version's provisioned environments; must not block
    /// @param state how many of them there are
    public Provisioning(
            Functions functions,
            ProvisionedConcurrency asked,
            ObjIntConsumer<LambdaFunction> provision,
            Function<LambdaFunction, Provisioned> state) {
        this.functions = functions;
        this.asked = asked;
        this.provision = provision;
        this.state = state;
    }

    /// Starts what is stored, and follows aliases, versions and functions that change or go.
    public void start() {
        functions.onDelete(this::deleted);
        functions.aliases().onChange(alias -> update(new FunctionName(alias.scope(), alias.function(), null)));
        functions.aliases().onDelete(this::deleted);
        Set<FunctionName> there = new LinkedHashSet<>();
        asked.all().forEach(config -> there.add(whole(config.name())));
        there.forEach(this::update);
    }

    /// Keeps so many environments of a version or alias initialised from now on.
    public void put(Config config) {
        asked.put(config);
        update(whole(config.name()));
    }

    /// Ends it.
    public void remove(FunctionName name) {
        asked.remove(name);
        update(whole(name));
    }

    /// How it is doing; what two versions share is added up.
    public Provisioned state(Config config) {
        int allocated = 0;
        int available = 0;
        String failure = null;
        for (Map.Entry<String, Integer> part : parts(config).entrySet()) {
            Optional<LambdaFunction> version = version(whole(config.name()), part.getKey());
            Provisioned now = version.map(state).orElse(Provisioned.NONE);
            // Others may have asked for environments of the same version.
            allocated += Math.min(now.allocated(), part.getValue());
            available += Math.min(now.available(), part.getValue());
            failure = now.failure() == null ? failure : now.failure();
        }
        return new Provisioned(config.requested(), allocated, available, failure);
    }

    private static FunctionName whole(FunctionName name) {
        return new FunctionName(name.scope(), name.name(), null);
    }

    private Optional<LambdaFunction> version(FunctionName function, String number) {
        return functions.find(new FunctionName(function.scope(), function.name(), number));
    }

    /// Numbers of environments by version.
    private Map<String, Integer> parts(Config config) {
        Alias alias =
                functions.aliases().find(config.name(), config.qualifier()).orElse(null);
        if (alias == null) {
            return Map.of(config.qualifier(), config.requested());
        }
        Map<String, Integer> parts = new HashMap<>();
        int left = config.requested();
        for (Map.Entry<String, Double> other : alias.weights().entrySet()) {
            int share = (int) Math.round(config.requested() * other.getValue());
            parts.put(other.getKey(), share);
            left -= share;
        }
        parts.merge(alias.version(), left, Integer::sum);
        return parts;
    }

    private void update(FunctionName function) {
        lock.lock();
        try {
            Map<String, Integer> wanted = new HashMap<>();
            for (Config config : asked.of(function, null, Integer.MAX_VALUE)) {
                parts(config).forEach((version, count) -> wanted.merge(version, count, Integer::sum));
            }
            Map<String, Integer> before = told.getOrDefault(function, Map.of());
            Set<String> versions = new LinkedHashSet<>(wanted.keySet());
            versions.addAll(before.keySet());
            for (String number : versions) {
                int count = wanted.getOrDefault(number, 0);
                if (count != before.getOrDefault(number, 0)) {
                    version(function, number).ifPresent(version -> provision.accept(version, count));
                    LOG.log(
                            Level.INFO,
                            "provisioned concurrency function={0} version={1} environments={2}",
                            function.name(),
                            number,
                            count);
                }
            }
            if (wanted.isEmpty()) {
                told.remove(function);
            } else {
                told.put(function, wanted);
            }
        } finally {
            lock.unlock();
        }
    }

    private void deleted(LambdaFunction function) {
        FunctionName name = new FunctionName(function.scope(), function.name(), function.version());
        if (asked.find(name).isPresent()) {
            remove(name);
        }
    }

    private void deleted(Alias alias) {
        FunctionName name = new FunctionName(alias.scope(), alias.function(), alias.name());
        if (asked.find(name).isPresent()) {
            remove(name);
        }
    }
}
