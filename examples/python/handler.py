"""Greets, and says which invocation of its environment this is."""

count = 0


def handler(event, context):
    global count
    count += 1
    name = event.get("name", "world")
    print(f"greeting {name}, {context.get_remaining_time_in_millis()} ms left")
    return {"message": f"Hello {name} from {context.function_name}", "invocation": count}
