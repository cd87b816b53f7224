package dev.podium.ec2;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An image, as the API shows it.
///
/// @param imageLocation the container image that its instances run
record Image(
        String imageId,
        String imageLocation,
        String name,
        @Nullable String description,
        String architecture,
        String ownerId,
        String creationDate,
        @JsonProperty("public") boolean isPublic,
        @Nullable String imageOwnerAlias,
        List<String> blockDeviceMappings,
        boolean enaSupport,
        String hypervisor,
        String imageType,
        String platformDetails,
        String rootDeviceName,
        String rootDeviceType,
        String state,
        String usageOperation,
        String virtualizationType,
        String imdsSupport) {}
