package dev.podium.iam;

import dev.podium.aws.Arn;

/// The ARN of a managed policy.
///
/// @param account of the customer, or `aws` for AWS's own policies
/// @param path    begins and ends with a slash
record PolicyArn(String text, String account, String path, String name) {
    private static final String TYPE = "policy/";

    /// Reads an ARN.
    ///
    /// @throws dev.podium.aws.AwsException InvalidInput when it isn't a policy's
    static PolicyArn of(String text) {
        Arn arn = Arn.parse(text)
                .filter(read -> read.service().equals("iam")
                        && read.resource().startsWith(TYPE)
                        && !read.resource().endsWith("/")
                        && read.account().matches("\\d{12}|aws"))
                .orElseThrow(() -> IamError.Kind.INVALID_INPUT.of("ARN %s is not valid.".formatted(text)));
        String resource = arn.resource();
        int name = resource.lastIndexOf('/') + 1;
        return new PolicyArn(
                text, arn.account(), resource.substring(TYPE.length() - 1, name), resource.substring(name));
    }

    /// Whether it is one of AWS's own. Podium knows none of their documents, and takes any name.
    boolean ofAws() {
        return account.equals("aws");
    }
}
