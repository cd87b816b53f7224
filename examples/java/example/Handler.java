package example;

import java.util.Map;

/// Greets, and says which invocation of its environment this is. Needs nothing but the JDK: Amazon's runtime client takes
/// any public method whose argument and result it can read and write as JSON.
public final class Handler {
    private int count;

    /// @param event may have a member `name`
    public synchronized Map<String, Object> handleRequest(Map<String, Object> event) {
        count++;
        Object name = event.getOrDefault("name", "world");
        System.out.println("greeting " + name);
        return Map.of("message", "Hello " + name + " from Java " + Runtime.version().feature(), "invocation", count);
    }
}
