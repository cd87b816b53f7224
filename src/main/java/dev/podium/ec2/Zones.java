package dev.podium.ec2;

import java.util.List;

/// Regions and their zones: each has three, `a` to `c`.
final class Zones {
    /// Regions that are enabled in every account.
    static final List<String> REGIONS = List.of(
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2");

    private Zones() {}

    /// The zones of a region.
    static List<String> of(String region) {
        return List.of(region + "a", region + "b", region + "c");
    }

    /// The id of a zone: `use1-az1` for `us-east-1a`.
    static String id(String zone) {
        String[] words = zone.substring(0, zone.length() - 1).split("-", -1);
        StringBuilder id = new StringBuilder(words[0]);
        for (int i = 1; i < words.length - 1; i++) {
            id.append(
                    switch (words[i]) {
                        case "northeast" -> "ne";
                        case "southeast" -> "se";
                        case "northwest" -> "nw";
                        case "southwest" -> "sw";
                        default -> words[i].substring(0, 1);
                    });
        }
        return id.append(words[words.length - 1])
                .append("-az")
                .append(zone.charAt(zone.length() - 1) - 'a' + 1)
                .toString();
    }
}
