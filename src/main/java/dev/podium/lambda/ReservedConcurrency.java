package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// How many invocations may run at a time: of an account and region altogether, and of the functions that have
/// a share reserved.
///
/// A function with a reservation takes its places from that alone; all others share the rest.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html">Concurrency</a>
public final class ReservedConcurrency {
    /// What must stay for the functions without a reservation.
    public static final int MINIMUM_UNRESERVED = 100;

    private static final String ACCOUNT_LIMIT = "ConcurrentInvocationLimitExceeded";
    private static final String OWN_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded";

    private final Table<Reservation> table;
    private final int limit;
    private final Map<Scope, Account> accounts = new ConcurrentHashMap<>();

    /// A function's share.
    private record Reservation(String account, String region, String function, int places) {}

    /// @param limit invocations at a time per account and region
    public ReservedConcurrency(Store store, int limit) {
        this.table = store.table("reserved-concurrency", Reservation.class);
        this.limit = limit;
    }

    /// Reads what is stored. To be called before anything runs, and again when the store was emptied.
    public void start() {
        accounts.clear();
        for (Entry<Reservation> entry : table.page("", null, Integer.MAX_VALUE)) {
            Reservation stored = entry.value();
            account(new Scope(stored.account(), stored.region())).put(stored.function(), stored.places());
        }
    }

    /// Places for invocations, counted.
    public static final class Places {
        private final String refusal;
        private final AtomicInteger taken = new AtomicInteger();
        private volatile int limit;

        private Places(int limit, String refusal) {
            this.limit = limit;
            this.refusal = refusal;
        }

        private void take() {
            if (taken.incrementAndGet() > limit) {
                taken.decrementAndGet();
                throw new AwsException(new LambdaError.TooManyRequests(refusal));
            }
        }

        /// Gives a place back.
        public void giveBack() {
            taken.decrementAndGet();
        }
    }

    private final class Account {
        final Places unreserved = new Places(limit, ACCOUNT_LIMIT);
        final Map<String, Places> reserved = new ConcurrentHashMap<>();
        private final ReentrantLock lock = new ReentrantLock();

        Places places(String function) {
            // Most accounts have no reservation: their invocations don't pay for a look into the map.
            Places own = reserved.isEmpty() ? null : reserved.get(function);
            return own == null ? unreserved : own;
        }

        void put(String function, @Nullable Integer places) {
            lock.lock();
            try {
                if (places == null) {
                    reserved.remove(function);
                } else {
                    reserved.computeIfAbsent(function, f -> new Places(places, OWN_LIMIT)).limit = places;
                }
                unreserved.limit = limit
                        - reserved.values().stream().mapToInt(p -> p.limit).sum();
            } finally {
                lock.unlock();
            }
        }
    }

    private Account account(Scope scope) {
        Account account = accounts.get(scope);
        return account == null ? accounts.computeIfAbsent(scope, s -> new Account()) : account;
    }

    /// Takes a place for an invocation.
    ///
    /// @return to be given back
    /// @throws AwsException TooManyRequestsException, with the limit as its Reason
    public Places take(LambdaFunction function) {
        Places places = account(function.scope()).places(function.name());
        places.take();
        return places;
    }

    /// A function's reservation.
    public OptionalInt of(FunctionName name) {
        Places own = account(name.scope()).reserved.get(name.name());
        return own == null ? OptionalInt.empty() : OptionalInt.of(own.limit);
    }

    /// Invocations at a time per account and region.
    public int limit() {
        return limit;
    }

    /// What the functions without a reservation share.
    public int unreserved(Scope scope) {
        return account(scope).unreserved.limit;
    }

    /// Reserves places for a function, instead of those that it had.
    ///
    /// @throws AwsException InvalidParameterValueException when too little would stay for the others
    public void reserve(FunctionName name, int places) {
        requireRoom(name, places);
        Scope scope = name.scope();
        table.put(key(name), new Reservation(scope.account(), scope.region(), name.name(), places));
        account(scope).put(name.name(), places);
    }

    /// Checks that enough would stay for the others if a function had so many places reserved.
    ///
    /// @throws AwsException InvalidParameterValueException
    public void requireRoom(FunctionName name, int places) {
        int free = unreserved(name.scope()) + of(name).orElse(0);
        if (free - places < MINIMUM_UNRESERVED) {
            throw new AwsException(new LambdaError.InvalidParameterValue(
                    "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution"
                            + " below its minimum value of [" + MINIMUM_UNRESERVED + "]."));
        }
    }

    /// Ends a function's reservation, if it has one.
    public void release(FunctionName name) {
        table.remove(key(name));
        account(name.scope()).put(name.name(), null);
    }

    private static String key(FunctionName name) {
        return Functions.key(name.scope(), name.name());
    }
}
