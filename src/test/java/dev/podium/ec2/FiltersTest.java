package dev.podium.ec2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.podium.codec.Json;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/// Filters by themselves.
@NullMarked
final class FiltersTest {
    private static final Filters FILTERS = Filters.of("""
            name name
            group-id groups.id
            nowhere no.such.member
            """);

    private static boolean fits(String resource, ObjectNode... filters) throws Exception {
        JsonNode tree = Json.MAPPER.readTree(resource.replace('\'', '"'));
        return FILTERS.condition(Json.MAPPER.valueToTree(filters)).test(tree);
    }

    private static ObjectNode filter(String name, String... values) {
        ObjectNode filter = Json.object().put("Name", name);
        filter.set("Values", Json.MAPPER.valueToTree(values));
        return filter;
    }

    @Test
    void anyValueOfAFilterAndAllFiltersMustFit() throws Exception {
        String resource = "{'name': 'a', 'groups': [{'id': 'g1'}, {'id': 'g2'}]}";
        assertThat(fits(resource, filter("name", "b", "a"))).isTrue();
        assertThat(fits(resource, filter("name", "a"), filter("group-id", "g2")))
                .isTrue();
        assertThat(fits(resource, filter("name", "a"), filter("group-id", "g3")))
                .isFalse();
        assertThat(fits(resource, filter("nowhere", "*"))).isFalse();
    }

    @Test
    void wildcardsStandForTextAndABackslashTakesThemLiterally() throws Exception {
        assertThat(fits("{'name': 'web-1.example'}", filter("name", "web-?.ex*")))
                .isTrue();
        assertThat(fits("{'name': 'webX1'}", filter("name", "web.1"))).isFalse();
        assertThat(fits("{'name': 'a*b'}", filter("name", "a\\*b"))).isTrue();
        assertThat(fits("{'name': 'axb'}", filter("name", "a\\*b"))).isFalse();
    }

    @Test
    void tagsAreFoundByKeyAndValue() throws Exception {
        String resource = "{'tags': [{'key': 'stage', 'value': 'test'}, {'key': 'x', 'value': 'prod'}]}";
        assertThat(fits(resource, filter("tag:stage", "te*"))).isTrue();
        assertThat(fits(resource, filter("tag:stage", "prod"))).isFalse();
        assertThat(fits(resource, filter("tag-key", "stage"))).isTrue();
        assertThat(fits(resource, filter("tag-key", "owner"))).isFalse();
    }

    @Test
    void unknownFilterIsNamed() {
        assertThatThrownBy(() -> fits("{}", filter("color", "red"))).hasMessageContaining("'color' is invalid");
    }
}
