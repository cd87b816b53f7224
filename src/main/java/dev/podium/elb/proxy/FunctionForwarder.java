package dev.podium.elb.proxy;

import java.io.IOException;

/// Hands requests to Lambda functions.
final class FunctionForwarder {
    private final FunctionTargets functions;

    FunctionForwarder(FunctionTargets functions) {
        this.functions = functions;
    }

    Answer answer(Incoming request, RequestTarget target, HttpRoutes routes, LiveGroup group, Forwarder.Cookies cookies)
            throws IOException, InterruptedException {
        return Answers.error(502);
    }
}
