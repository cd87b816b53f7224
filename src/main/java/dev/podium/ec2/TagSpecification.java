package dev.podium.ec2;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Tags that a request gives to the resources of one type that it makes.
record TagSpecification(
        @Nullable String resourceType, @Nullable List<TagRequest> tags) {
    /// A tag in a request, whose parts may be missing.
    record TagRequest(@Nullable String key, @Nullable String value) {
        Tag tag() {
            return new Tag(key == null ? "" : key, value == null ? "" : value);
        }
    }

    /// The tags of a request for one kind of resource, checked.
    ///
    /// @param possible the kinds that the request can make
    static List<Tag> of(@Nullable List<TagSpecification> specifications, Resource kind, Resource... possible) {
        List<Tag> tags = new ArrayList<>();
        for (TagSpecification one : specifications == null ? List.<TagSpecification>of() : specifications) {
            String type = one.resourceType == null ? "" : one.resourceType;
            boolean known = type.equals(kind.type());
            for (Resource other : possible) {
                known |= type.equals(other.type());
            }
            if (!known) {
                throw Ec2Error.invalid("'" + type + "' is not a valid taggable resource type for this operation.");
            }
            if (type.equals(kind.type()) && one.tags != null) {
                one.tags.forEach(tag -> tags.add(tag.tag()));
            }
        }
        Tags.check(tags);
        return tags;
    }
}
