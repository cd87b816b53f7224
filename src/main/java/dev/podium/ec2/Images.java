package dev.podium.ec2;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.aws.Scope;
import dev.podium.codec.Json;
import dev.podium.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Images: the catalogue, which every account sees, and those that an account registered.
final class Images implements Listing.Source {
    /// Amazon Linux 2023 for x86_64.
    static final String AMAZON_LINUX = "ami-0a1b2c3d4e5f60001";

    private static final String AMAZON_LINUX_ARM = "ami-0a1b2c3d4e5f60002";
    private static final String CONTAINER = "public.ecr.aws/amazonlinux/amazonlinux:2023";
    /// What launch wizards and templates use instead of an id.
    private static final String PARAMETERS = "resolve:ssm:/aws/service/ami-amazon-linux-latest/";

    private static final String AMAZON = "137112412989";
    private static final String CREATED = "2025-01-01T00:00:00.000Z";

    private final TreeMap<String, Image> catalog = new TreeMap<>();
    private final Records<Image> registered;

    Images(Store store, Tags tags, Ec2Settings settings) {
        registered = new Records<>(store, "ec2-images", Image.class, Resource.IMAGE, tags, false, image -> image);
        String linux = settings.imagePrefix() + CONTAINER;
        add(AMAZON_LINUX, linux, "al2023-ami-2023.9.20250929.0-kernel-6.1-x86_64", "x86_64");
        add(AMAZON_LINUX_ARM, linux, "al2023-ami-2023.9.20250929.0-kernel-6.1-arm64", "arm64");
        settings.images().forEach((id, container) -> add(id, container, container, "x86_64"));
    }

    private void add(String id, String container, String name, String architecture) {
        catalog.put(id, of(id, container, name, "Runs as a pod", architecture, AMAZON, CREATED, "amazon"));
    }

    private static Image of(
            String id,
            String container,
            String name,
            @Nullable String description,
            String architecture,
            String owner,
            String created,
            @Nullable String alias) {
        return new Image(
                id,
                container,
                name,
                description,
                architecture,
                owner,
                created,
                alias != null,
                alias,
                List.of(),
                true,
                "xen",
                "machine",
                "Linux/UNIX",
                "/dev/xvda",
                "ebs",
                "available",
                "RunInstances",
                "hvm",
                "v2.0");
    }

    /// An image that somebody registers.
    static Image registered(
            String container,
            String name,
            @Nullable String description,
            String architecture,
            String owner,
            String created) {
        return of(Resource.IMAGE.newId(), container, name, description, architecture, owner, created, null);
    }

    /// What accounts registered.
    Records<Image> registered() {
        return registered;
    }

    boolean inCatalog(String id) {
        return catalog.containsKey(id);
    }

    /// The image of an id, or of one of AWS's public parameters for Amazon Linux.
    ///
    /// @throws dev.podium.aws.AwsException InvalidAMIID.Malformed, InvalidAMIID.NotFound
    Image require(Scope scope, String id) {
        String named = id.startsWith(PARAMETERS) ? id.endsWith("arm64") ? AMAZON_LINUX_ARM : AMAZON_LINUX : id;
        Image image = catalog.get(named);
        return image != null ? image : registered.require(scope, named);
    }

    @Override
    public Optional<ObjectNode> get(Scope scope, String id) {
        Image image = catalog.get(id);
        return image == null ? registered.get(scope, id) : Optional.of(Json.MAPPER.valueToTree(image));
    }

    /// The catalogue first: its places begin with a character that sorts before those of ids.
    @Override
    public List<Listing.Item> after(Scope scope, @Nullable String after, int limit) {
        if (after != null && !after.startsWith("!")) {
            return registered.after(scope, after, limit);
        }
        List<Listing.Item> items = new java.util.ArrayList<>();
        Map<String, Image> rest = after == null ? catalog : tail(after.substring(1));
        rest.forEach((id, image) -> items.add(new Listing.Item("!" + id, Json.MAPPER.valueToTree(image))));
        if (items.size() < limit) {
            items.addAll(registered.after(scope, null, limit - items.size()));
        }
        return items.size() > limit ? items.subList(0, limit) : items;
    }

    private Map<String, Image> tail(String after) {
        return catalog.tailMap(after, false);
    }
}
