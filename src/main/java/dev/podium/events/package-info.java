/// The part of Amazon EventBridge that schedules and simple routing need: rules on the default event bus,
/// with schedules and event patterns, their targets, and PutEvents.
///
/// Entry type: [dev.podium.events.Rules]; [dev.podium.events.EventsApi] is its wire side. When rules run, and
/// how their events get to targets, is `schedules`' matter: rules are another kind of thing on an
/// [dev.podium.schedules.Agenda]. A package of its own because its nouns (target, rule, retry policy) are
/// EventBridge's, which look like the Scheduler's and differ.
@NullMarked
package dev.podium.events;

import org.jspecify.annotations.NullMarked;
