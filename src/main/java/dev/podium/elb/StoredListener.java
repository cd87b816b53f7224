package dev.podium.elb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A listener on disk, with its rules.
///
/// @param certificates their ARNs, the default one first; none without TLS
/// @param attributes   all of them, defaults included
/// @param rules        by priority, the default rule last
record StoredListener(
        String arn,
        int port,
        String protocol,
        List<String> certificates,
        @Nullable String sslPolicy,
        Map<String, String> attributes,
        Map<String, String> tags,
        List<StoredRule> rules) {

    /// Whether clients speak TLS to it.
    boolean secure() {
        return protocol.equals("HTTPS") || protocol.equals("TLS");
    }

    StoredRule defaultRule() {
        return rules.getLast();
    }

    Optional<StoredRule> rule(String ruleArn) {
        return rules.stream().filter(rule -> rule.arn().equals(ruleArn)).findFirst();
    }

    /// All target groups that its rules forward to.
    List<String> targetGroups() {
        return rules.stream()
                .flatMap(rule -> rule.actions().stream())
                .flatMap(action -> action.targetGroups().stream())
                .toList();
    }

    StoredListener withTags(Map<String, String> changed) {
        return new StoredListener(arn, port, protocol, certificates, sslPolicy, attributes, changed, rules);
    }

    StoredListener withAttributes(Map<String, String> changed) {
        return new StoredListener(arn, port, protocol, certificates, sslPolicy, changed, tags, rules);
    }

    StoredListener withCertificates(List<String> changed) {
        return new StoredListener(arn, port, protocol, changed, sslPolicy, attributes, tags, rules);
    }

    /// The same with other rules, which are put in their order.
    StoredListener withRules(List<StoredRule> changed) {
        List<StoredRule> ordered = new ArrayList<>(changed);
        ordered.sort(java.util.Comparator.comparingInt(rule -> rule.isDefault() ? Integer.MAX_VALUE : rule.priority()));
        return new StoredListener(arn, port, protocol, certificates, sslPolicy, attributes, tags, ordered);
    }

    /// The same with one rule changed.
    StoredListener withRule(String ruleArn, UnaryOperator<StoredRule> change) {
        return withRules(rules.stream()
                .map(rule -> rule.arn().equals(ruleArn) ? change.apply(rule) : rule)
                .toList());
    }
}
