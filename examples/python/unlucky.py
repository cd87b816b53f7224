def handler(event, context):
    """Fails whatever it gets: an asynchronous call is tried again, and ends in the dead-letter queue."""
    print("attempt at", event)
    raise RuntimeError("no luck with " + event["order"])
