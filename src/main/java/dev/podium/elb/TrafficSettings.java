package dev.podium.elb;

import java.net.InetAddress;

/// How load balancers are reached.
///
/// @param address where the listeners' ports are opened
/// @param ports   those that listeners may have
public record TrafficSettings(InetAddress address, Ports ports, CertificateFiles certificates) {}
