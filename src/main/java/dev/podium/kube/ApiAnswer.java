package dev.podium.kube;

import java.net.http.HttpHeaders;

/// The head of an answer; its body is still to be read, and to be closed.
record ApiAnswer(int status, HttpHeaders headers, BodyStream body) {
    /// Tells whether the server did what it was asked.
    boolean ok() {
        return status >= 200 && status < 300;
    }
}
