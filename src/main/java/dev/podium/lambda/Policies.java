package dev.podium.lambda;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.podium.aws.AwsException;
import dev.podium.store.Entry;
import dev.podium.store.Store;
import dev.podium.store.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The resource-based policies of functions and layer versions, by ARN.
///
/// Podium keeps and shows them. Only those of layer versions decide something: which accounts may use them.
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html">Resource-based
/// policies</a>
public final class Policies {
    private static final int MAX_BYTES = 20_480;
    private static final int AROUND = 53;

    private final Table<Policy> table;

    /// One statement.
    ///
    /// @param id its `Sid`
    /// @param principal a service, an account, an ARN or `*`
    /// @param json whole, as callers see it
    public record Statement(String id, String principal, String json) {}

    /// A policy.
    ///
    /// @param revisionId new on every change
    /// @param statements in the order in which they came; at least one
    public record Policy(String revisionId, List<Statement> statements) {
        /// Keeps its own copy.
        public Policy {
            statements = List.copyOf(statements);
        }

        /// Length of the policy document in UTF-8: statements, commas, and what is around them.
        @JsonIgnore
        int bytes() {
            return AROUND
                    + statements.stream()
                            .mapToInt(statement -> statement.json().getBytes(StandardCharsets.UTF_8).length + 1)
                            .sum();
        }
    }

    /// Opens the collection.
    public Policies(Store store) {
        this.table = store.table("policies", Policy.class);
    }

    /// Looks the policy of a resource up.
    public Optional<Policy> find(String arn) {
        return table.get(arn);
    }

    /// Adds a statement.
    ///
    /// @param revisionId the revision the caller knows, or null for any
    /// @param reader operation by which callers read such a policy, for the error message
    /// @throws AwsException when the id is taken, the revision is another one or the policy would be too long
    public Policy add(String arn, Statement statement, @Nullable String revisionId, String reader) {
        Policy after = table.compute(arn, before -> {
            checkRevision(before, revisionId, reader);
            List<Statement> statements = new ArrayList<>(before == null ? List.of() : before.statements());
            if (statements.stream().anyMatch(known -> known.id().equals(statement.id()))) {
                throw new AwsException(new LambdaError.ResourceConflict("The statement id (" + statement.id()
                        + ") provided already exists. Please provide a new statement id, or remove the existing "
                        + "statement."));
            }
            statements.add(statement);
            Policy policy = new Policy(Revision.next(), statements);
            int bytes = policy.bytes();
            if (bytes > MAX_BYTES) {
                throw new AwsException(new LambdaError.PolicyLengthExceeded(
                        "The final policy size (" + bytes + ") is bigger than the limit (" + MAX_BYTES + ")."));
            }
            return policy;
        });
        if (after == null) {
            throw new IllegalStateException("an added statement made no policy");
        }
        return after;
    }

    /// Removes a statement; the last one takes the policy with it.
    ///
    /// @throws AwsException when there is no policy or no such statement, or the revision is another one
    public void remove(String arn, String id, @Nullable String revisionId, String reader) {
        table.compute(arn, before -> {
            if (before == null) {
                throw new AwsException(
                        new LambdaError.ResourceNotFound("No policy is associated with the given resource."));
            }
            List<Statement> left = before.statements().stream()
                    .filter(statement -> !statement.id().equals(id))
                    .toList();
            if (left.size() == before.statements().size()) {
                throw new AwsException(
                        new LambdaError.ResourceNotFound("Statement " + id + " is not found in resource policy."));
            }
            checkRevision(before, revisionId, reader);
            return left.isEmpty() ? null : new Policy(Revision.next(), left);
        });
    }

    /// Forgets the policy of a resource that is gone.
    public void delete(String arn) {
        if (table.get(arn).isPresent()) {
            table.remove(arn);
        }
    }

    /// Forgets the policies of a function with all its qualifiers.
    public void deleteAll(String functionArn) {
        delete(functionArn);
        for (Entry<Policy> entry : table.page(functionArn + ":", null, Integer.MAX_VALUE)) {
            table.remove(entry.key());
        }
    }

    private static void checkRevision(@Nullable Policy policy, @Nullable String revisionId, String reader) {
        if (revisionId != null && (policy == null || !policy.revisionId().equals(revisionId))) {
            throw new AwsException(LambdaError.PreconditionFailed.policy(reader));
        }
    }
}
