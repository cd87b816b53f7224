/// IAM and STS, as little as deployment tools need: roles, policies and instance profiles are stored and
/// returned, and
/// enforced by nobody; credentials that STS gives out work. Entry types: [dev.podium.iam.IamApi] and
/// [dev.podium.iam.StsApi]. Knows no other service.
@NullMarked
package dev.podium.iam;

import org.jspecify.annotations.NullMarked;
