package dev.podium.lambda.urls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which pages of other origins a browser may let call a function URL.
///
/// @param maxAge seconds for which a browser may keep the answer of a preflight request
/// @see <a href="https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html">Cors</a>
public record Cors(
        @Nullable Boolean allowCredentials,
        @Nullable List<String> allowHeaders,
        @Nullable List<String> allowMethods,
        @Nullable List<String> allowOrigins,
        @Nullable List<String> exposeHeaders,
        @Nullable Integer maxAge) {
    /// Tells whether nothing is set, which is how callers take a configuration away.
    @JsonIgnore
    public boolean isBlank() {
        return allowCredentials == null
                && allowHeaders == null
                && allowMethods == null
                && allowOrigins == null
                && exposeHeaders == null
                && maxAge == null;
    }
}
