package dev.podium.aws;

/// Names of elements in XML bodies.
final class XmlNames {
    private XmlNames() {}

    /// The element of a structure's member: a flattened list goes by the name of its elements.
    static String of(Member member) {
        if (member.shape() instanceof Shape.ListOf list
                && (list.flattened() || member.flattened())
                && list.element().locationName() != null) {
            return list.element().wireName();
        }
        return member.wireName();
    }
}
