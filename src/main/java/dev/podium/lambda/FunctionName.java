package dev.podium.lambda;

import dev.podium.aws.AwsException;
import dev.podium.aws.Scope;
import org.jspecify.annotations.Nullable;

/// A function as callers name it: by name, partial ARN (`account:function:name`) or full ARN, each with an
/// optional qualifier.
///
/// @param scope the account and region that own it
/// @param name the bare name
/// @param qualifier version or alias, or null when none was given
///
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html">FunctionName</a>
public record FunctionName(
        Scope scope, String name, @Nullable String qualifier) {
    /// The version that is not published.
    public static final String LATEST = "$LATEST";

    /// Reads a name that has passed model validation.
    ///
    /// @param caller the caller's account and region
    /// @param given name, partial ARN or ARN
    /// @param qualifier the request's own Qualifier, or null
    /// @throws AwsException when both qualifiers are given and differ, or the ARN is of another region
    public static FunctionName parse(Scope caller, String given, @Nullable String qualifier) {
        String[] parts = given.split(":", -1);
        String account = caller.account();
        int at = 0;
        if (parts[0].equals("arn") && parts.length >= 7) {
            String region = parts[3];
            if (!region.equals(caller.region())) {
                throw new AwsException(new LambdaError.ResourceNotFound("Functions from '" + region
                        + "' are not reachable in this region ('" + caller.region() + "')"));
            }
            account = parts[4];
            at = 6;
        } else if (parts.length >= 3 && parts[1].equals("function")) {
            account = parts[0];
            at = 2;
        } else if (parts.length >= 2 && parts[0].equals("function")) {
            at = 1;
        }
        String own = parts.length > at + 1 ? parts[at + 1] : null;
        if (own != null && qualifier != null && !own.equals(qualifier)) {
            throw new AwsException(new LambdaError.InvalidParameterValue(
                    "The derived qualifier from the function name does not match the specified qualifier."));
        }
        return new FunctionName(new Scope(account, caller.region()), parts[at], own == null ? qualifier : own);
    }

    /// The ARN without a qualifier.
    public String arn() {
        return "arn:aws:lambda:" + scope.region() + ":" + scope.account() + ":function:" + name;
    }

    /// The ARN with the qualifier when one was given.
    public String qualifiedArn() {
        return qualifier == null ? arn() : arn() + ":" + qualifier;
    }

    /// Tells whether the name means the version that is not published.
    public boolean latest() {
        return qualifier == null || qualifier.equals(LATEST);
    }

    /// Refuses a qualifier, for operations on functions as a whole.
    ///
    /// @throws AwsException InvalidParameterValueException
    public void requireUnqualified() {
        if (qualifier != null) {
            throw new AwsException(new LambdaError.InvalidParameterValue(
                    "This operation is permitted on Lambda functions only. Aliases and versions do not support this "
                            + "operation. Please specify either a function name or an unqualified function ARN."));
        }
    }
}
