package dev.podium;

/// The program: reads the configuration, builds the object graph, starts it and closes it in reverse.
public final class Main {
    private Main() {}

    /// Starts the server and waits for a signal to stop it.
    ///
    /// @param args none
    public static void main(String[] args) {
        System.out.println("podium");
    }
}
