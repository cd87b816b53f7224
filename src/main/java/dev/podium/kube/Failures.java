package dev.podium.kube;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;

/// Puts I/O failures into words: the JDK's messages are often empty or a bare file name.
final class Failures {
    private Failures() {}

    /// Says in a few words what went wrong.
    static String inWords(IOException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
                return "its host name cannot be resolved";
            }
            if (t instanceof SSLException) {
                return "TLS failed: " + deepestMessage(t);
            }
        }
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            case HttpTimeoutException _ -> "no answer in time";
            case ConnectException _ -> e.getMessage() == null ? "connection refused" : words(e);
            default -> isClosedChannel(e) ? "the connection was closed" : words(e);
        };
    }

    private static boolean isClosedChannel(Throwable e) {
        return e instanceof ClosedChannelException
                || (e.getCause() != null && isClosedChannel(e.getCause()))
                || "HTTP/1.1 header parser received no bytes".equals(e.getMessage());
    }

    private static String words(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank() ? e.getClass().getSimpleName() : message;
    }

    private static String deepestMessage(Throwable e) {
        String message = words(e);
        for (Throwable t = e.getCause(); t != null; t = t.getCause()) {
            message = words(t);
        }
        return message;
    }
}
