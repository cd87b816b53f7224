package dev.podium.ec2;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an instance is: what stays when it is stopped. Components are named as in the API where it has them,
/// so that
/// attributes can be changed by name.
///
/// @param image         the container image
/// @param userData      base64, or null
/// @param clientToken   empty when the client gave none
/// @param profile       ARN of the instance profile, or null
/// @param groups        ids of the security groups
/// @param interfaceId   of the one network interface
/// @param attachmentId  of that
/// @param token         128 random bits, the pod's name on the port for pods: a secret of the pod
record Definition(
        String imageId,
        String image,
        String architecture,
        String instanceType,
        @Nullable String keyName,
        @Nullable String userData,
        String clientToken,
        @Nullable String profile,
        @Nullable String profileId,
        String vpcId,
        String subnetId,
        String zone,
        List<String> groups,
        boolean disableApiTermination,
        boolean disableApiStop,
        String instanceInitiatedShutdownBehavior,
        boolean ebsOptimized,
        boolean sourceDestCheck,
        boolean monitoring,
        MetadataOptions metadataOptions,
        String interfaceId,
        String attachmentId,
        String macAddress,
        String token) {
    /// How the instance's metadata can be read.
    record MetadataOptions(
            String httpTokens,
            int httpPutResponseHopLimit,
            String httpEndpoint,
            String httpProtocolIpv6,
            String instanceMetadataTags) {
        /// What AWS gives instances of current images.
        static final MetadataOptions DEFAULT = new MetadataOptions("required", 2, "enabled", "disabled", "disabled");

        /// The options that a request asks for, over these.
        MetadataOptions with(@Nullable MetadataRequest request) {
            return request == null
                    ? this
                    : new MetadataOptions(
                            or(request.httpTokens(), httpTokens),
                            request.httpPutResponseHopLimit() == null
                                    ? httpPutResponseHopLimit
                                    : request.httpPutResponseHopLimit(),
                            or(request.httpEndpoint(), httpEndpoint),
                            or(request.httpProtocolIpv6(), httpProtocolIpv6),
                            or(request.instanceMetadataTags(), instanceMetadataTags));
        }

        private static String or(@Nullable String given, String before) {
            return given == null ? before : given;
        }
    }

    /// The options in a request.
    record MetadataRequest(
            @Nullable String httpTokens,
            @Nullable Integer httpPutResponseHopLimit,
            @Nullable String httpEndpoint,
            @Nullable String httpProtocolIpv6,
            @Nullable String instanceMetadataTags) {}

    /// The last part of the instance profile's ARN: the name of its role here.
    @Nullable
    String role() {
        return profile == null ? null : profile.substring(profile.lastIndexOf('/') + 1);
    }
}
