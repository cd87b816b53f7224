def handler(event, context):
    """Takes orders from a queue; those without an amount come again, and end in the dead-letter queue."""
    import json

    failed = []
    for record in event["Records"]:
        order = json.loads(record["body"])
        if "amount" in order:
            print("order over", order["amount"])
        else:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
