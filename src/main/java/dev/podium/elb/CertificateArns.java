package dev.podium.elb;

import dev.podium.aws.Arn;
import java.util.List;
import java.util.Set;

/// Checks the certificates that requests name. Whichever ARN of the form of ACM's or IAM's is taken: what has no
/// PEM files by the configuration is signed by the load balancer itself.
final class CertificateArns {
    private static final Set<String> SERVICES = Set.of("acm", "iam");

    private CertificateArns() {}

    /// The ARNs of a request's certificates.
    ///
    /// @throws dev.podium.aws.AwsException ValidationError or CertificateNotFound
    static List<String> of(List<Certificate> given) {
        return given.stream().map(CertificateArns::check).toList();
    }

    private static String check(Certificate given) {
        String arn = given.certificateArn();
        if (arn == null || arn.isEmpty()) {
            throw ElbError.validation("A certificate ARN must be specified");
        }
        if (given.isDefault() != null) {
            throw ElbError.validation("IsDefault can't be specified for a certificate");
        }
        if (Arn.parse(arn).filter(parsed -> SERVICES.contains(parsed.service())).isEmpty()) {
            throw ElbError.validation("Certificate ARN '" + arn + "' is not valid");
        }
        return arn;
    }
}
