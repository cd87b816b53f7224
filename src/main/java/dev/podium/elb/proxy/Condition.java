package dev.podium.elb.proxy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A condition of a rule; holds if one of its values does. In values `*` stands for any
/// characters and `?` for one; a backslash takes their meaning.
///
/// @see <a
///     href="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html">Condition
///     types</a>
public sealed interface Condition {
    /// `path-pattern`: the path without its query, as sent. Case matters.
    record PathPattern(List<String> values) implements Condition {
        /// Copies the list.
        public PathPattern {
            values = List.copyOf(values);
        }
    }

    /// `host-header`: the host without its port. Case doesn't matter.
    record HostHeader(List<String> values) implements Condition {
        /// Copies the list.
        public HostHeader {
            values = List.copyOf(values);
        }
    }

    /// `http-header`: any value of a header. Case doesn't matter.
    record HttpHeader(String name, List<String> values) implements Condition {
        /// Copies the list.
        public HttpHeader {
            values = List.copyOf(values);
        }
    }

    /// `RegexValues` of one of the three above: a regular expression that occurs in the text.
    ///
    /// @param of `path-pattern`, whose case matters, `host-header`, or the name of a header
    record Regular(String of, List<String> expressions) implements Condition {
        /// Copies the list.
        public Regular {
            expressions = List.copyOf(expressions);
        }
    }

    /// `http-request-method`: without wildcards. Case matters.
    record RequestMethod(List<String> values) implements Condition {
        /// Copies the list.
        public RequestMethod {
            values = List.copyOf(values);
        }
    }

    /// `query-string`: a parameter of the query. Case doesn't matter.
    record QueryString(List<Parameter> values) implements Condition {
        /// Copies the list.
        public QueryString {
            values = List.copyOf(values);
        }
    }

    /// A parameter that is looked for.
    ///
    /// @param key null matches the value under any key, and a parameter without a value
    record Parameter(@Nullable String key, String value) {}

    /// `source-ip`: the address of the connection, within a range.
    ///
    /// @param values in CIDR form
    record SourceIp(List<String> values) implements Condition {
        /// Copies the list.
        public SourceIp {
            values = List.copyOf(values);
        }
    }
}
