package dev.podium.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.podium.aws.AwsException;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullMarked
final class FilterPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "ERROR # [ERROR] it failed # true",
                "ERROR # all is well # false",
                "ERROR failed # ERROR: it failed # true",
                "ERROR failed # ERROR: it hangs # false",
                "\"it failed\" # ERROR: it failed # true",
                "\"it failed\" # it has failed # false",
                "ERROR -failed # ERROR: it hangs # true",
                "ERROR -failed # ERROR: it failed # false",
                "?ERROR ?WARN # WARN: low # true",
                "?ERROR ?WARN # INFO: fine # false",
                "%4[0-9]{2}% # status 404 # true",
                "%4[0-9]{2}% # status 500 # false",
                "{ $.level = \"ERROR\" } # {\"level\":\"ERROR\"} # true",
                "{ $.level = \"ERROR\" } # {\"level\":\"INFO\"} # false",
                "{ $.level = ERROR } # ERROR # false",
                "{ $.user.name = \"a*\" } # {\"user\":{\"name\":\"anna\"}} # true",
                "{ $.code >= 500 && $.code != 503 } # {\"code\":502} # true",
                "{ $.code >= 500 && $.code != 503 } # {\"code\":503} # false",
                "{ ($.a = 1 || $.a = 2) && $.b IS TRUE } # {\"a\":2,\"b\":true} # true",
                "{ $.a NOT EXISTS } # {\"b\":1} # true",
                "{ $.a IS NULL } # {\"a\":null} # true",
                "{ $.list[1].x = 5 } # {\"list\":[0,{\"x\":5}]} # true",
                "{ $.message = %fail(ed|ure)% } # {\"message\":\"a failure\"} # true",
                "{ $.eventType = \"UpdateTrail\" } # {\"eventType\":\"UpdateTrail\"} # true",
            })
    void patternMatches(String pattern, String message, boolean matches) {
        assertThat(FilterPattern.parse(pattern).test(message)).isEqualTo(matches);
    }

    @Test
    void anUnreadablePatternIsRefused() {
        for (String pattern :
                new String[] {"\"open", "{ $.a }", "{ a = 1 }", "{ $.a = 1", "%[%", "a.b", "[ip, user]"}) {
            assertThatThrownBy(() -> FilterPattern.parse(pattern))
                    .as(pattern)
                    .isInstanceOf(AwsException.class)
                    .hasMessageStartingWith("InvalidParameterException: Invalid filter pattern");
        }
    }
}
