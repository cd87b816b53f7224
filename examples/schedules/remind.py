def handler(event, context):
    print("reminded of", event["of"], "at", event["time"])
