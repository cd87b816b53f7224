package dev.podium.patterns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.codec.Json;
import java.io.IOException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The pattern language: what matches, what doesn't, and what is refused with AWS's words.
@NullMarked
final class EventPatternTest {
    /// Columns: pattern, an event that matches, one that doesn't.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        {"a":["x","y"]}                                      | {"a":"y"}              | {"a":"z"}
        {"a":["1"]}                                          | {"a":"1"}              | {"a":1}
        {"a":[1]}                                            | {"a":1.0}              | {"a":"1"}
        {"a":[3.018e2]}                                      | {"a":301.8}            | {"a":301}
        {"a":[true]}                                         | {"a":true}             | {"a":"true"}
        {"a":[null]}                                         | {"a":null}             | {}
        {"a":[""]}                                           | {"a":""}               | {"a":null}
        {"a":{"b":["x"]}}                                    | {"a":{"b":"x"}}        | {"a":"x"}
        {"a":["x"],"b":["y"]}                                | {"a":"x","b":"y","c":1} | {"a":"x"}
        {"a":["x"]}                                          | {"a":["w","x"]}        | {"a":["w"]}
        {"a":["x"]}                                          | {"a":[["w"],["x"]]}    | {"a":[]}
        {"a":{"b":[1],"c":[2]}}                              | {"a":[{"b":1,"c":2}]}  | {"a":[{"b":1},{"c":2}]}
        {"a":[{"prefix":"us-"}]}                             | {"a":"us-east-1"}      | {"a":"eu-us-"}
        {"a":[{"prefix":{"equals-ignore-case":"US"}}]}       | {"a":"uS-1"}           | {"a":"u"}
        {"a":[{"suffix":".png"}]}                            | {"a":"x.png"}          | {"a":"x.PNG"}
        {"a":[{"suffix":{"equals-ignore-case":".png"}}]}     | {"a":"x.PNG"}          | {"a":"ng"}
        {"a":[{"equals-ignore-case":"aB"}]}                  | {"a":"Ab"}             | {"a":"abc"}
        {"a":[{"wildcard":"d/*.png"}]}                       | {"a":"d/e/f.png"}      | {"a":"d.png"}
        {"a":[{"wildcard":"*a*b*"}]}                         | {"a":"xaxb"}           | {"a":"xbxa"}
        {"a":[{"wildcard":"a\\\\*b"}]}                       | {"a":"a*b"}            | {"a":"axb"}
        {"a":[{"wildcard":"ab*ab"}]}                         | {"a":"abab"}           | {"a":"ab"}
        {"a":[{"anything-but":"x"}]}                         | {"a":"y"}              | {}
        {"a":[{"anything-but":["x","y"]}]}                   | {"a":1}                | {"a":"x"}
        {"a":[{"anything-but":[1,2]}]}                       | {"a":"1"}              | {"a":2.0}
        {"a":[{"anything-but":{"prefix":"x"}}]}              | {"a":"ax"}             | {"a":"xa"}
        {"a":[{"anything-but":{"suffix":["x","y"]}}]}        | {"a":"xa"}             | {"a":"ay"}
        {"a":[{"anything-but":{"equals-ignore-case":["x"]}}]} | {"a":"xx"}            | {"a":"X"}
        {"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}      | {"a":"/bin/x"}         | {"a":"/lib/x"}
        {"a":[{"numeric":[">",0,"<=",5]}]}                   | {"a":5}                | {"a":0}
        {"a":[{"numeric":["=",5]}]}                          | {"a":5.0}              | {"a":"5"}
        {"a":[{"numeric":["<",5]}]}                          | {"a":-1}               | {"a":5}
        {"a":[{"numeric":[">=",5,"<",6]}]}                   | {"a":5}                | {"a":6}
        {"a":[{"cidr":"10.0.0.0/24"}]}                       | {"a":"10.0.0.255"}     | {"a":"10.0.1.0"}
        {"a":[{"cidr":"2001:db8::/32"}]}                     | {"a":"2001:db8::1"}    | {"a":"10.0.0.1"}
        {"a":[{"exists":true}]}                              | {"a":null}             | {"a":{"b":1}}
        {"a":[{"exists":false}]}                             | {"b":1}                | {"a":1}
        {"a":{"b":[{"exists":false}]}}                       | {"c":1}                | {"a":[{"b":1},{"c":1}]}
        {"a":[{"exists":false},"x"]}                         | {"a":"x"}              | {"a":"y"}
        {"$or":[{"a":[1]},{"b":[2]}]}                        | {"b":2}                | {"a":2,"b":1}
        {"c":[3],"$or":[{"a":[1]},{"b":[2]}]}                | {"c":3,"a":1}          | {"c":3}
        {"d":{"$or":[{"a":[1]},{"$or":[{"b":[2]},{"b":[3]}]}]}} | {"d":{"b":3}}       | {"d":{"b":4}}
        """)
    void matchesWhatIsMeant(String pattern, String match, String other) throws IOException, PatternException {
        EventPattern parsed = EventPattern.parse(pattern);
        assertThat(parsed.matches(Json.MAPPER.readTree(match))).as(match).isTrue();
        assertThat(parsed.matches(Json.MAPPER.readTree(other))).as(other).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
        []                                     | Filter is not an object
        {}                                     | Empty objects are not allowed
        {"a":{}}                               | Empty objects are not allowed
        {"a":[]}                               | Empty arrays are not allowed
        {"a":"x"}                              | "a" must be an object or an array
        {"a":[["x"]]}                          | Match value must be String, number, true, false, or null
        {"a":[{}]}                             | Match expression name not found
        {"a":[{"pre":"x"}]}                    | Unrecognized match type pre
        {"a":[{"prefix":1}]}                   | prefix match pattern must be a string
        {"a":[{"prefix":{"wildcard":"x"}}]}    | Unsupported prefix pattern: wildcard
        {"a":[{"suffix":"x","prefix":"y"}]}    | Only one key allowed in match expression
        {"a":[{"wildcard":"a**"}]}             | Consecutive wildcard characters at pos 2
        {"a":[{"wildcard":"a\\\\b"}]}          | Invalid escape character at pos 2
        {"a":[{"exists":"x"}]}                 | exists match pattern must be either true or false.
        {"a":[{"numeric":5}]}                  | Value of numeric must be an array.
        {"a":[{"numeric":["!",5]}]}            | Unrecognized numeric range operator: !
        {"a":[{"numeric":["<","5"]}]}          | Value of < must be numeric
        {"a":[{"numeric":[">",5,">",6]}]}      | Bad numeric range operator: >
        {"a":[{"numeric":["<",5,"<",6]}]}      | Too many elements in numeric expression
        {"a":[{"cidr":"10.0.0.0"}]}            | Malformed CIDR, one '/' required
        {"a":[{"anything-but":null}]}          | Value of anything-but must be an array or single string/number value.
        {"a":[{"anything-but":[1,"x"]}]}       | Inside anything but list, either all values are number or string, mixed type is not supported
        {"a":[{"anything-but":{"cidr":"x"}}]}  | Unsupported anything-but pattern: cidr
        {"a":[{"anything-but":{"prefix":""}}]} | Null prefix/suffix not allowed
        {"$or":[{"a":[1]}]}                    | There must have at least 2 Objects in $or relationship.
        {"$or":{"a":[1]}}                      | It must be an Array followed with $or.
        {"$or":[{"prefix":[1]},{"b":[1]}]}     | prefix is Ruler reserved fieldName which cannot be used inside $or.
        {"a":[                                 | Unexpected end-of-input
        {"a":[x]}                              | Unrecognized token
        """)
    void refusesWhatIsNoPattern(String pattern, String reason) {
        assertThatThrownBy(() -> EventPattern.parse(pattern))
                .isInstanceOf(PatternException.class)
                .hasMessageStartingWith(reason)
                .hasMessageContaining("at [Source: (String)\"" + pattern + "\"; line: 1, column: ");
    }
}
