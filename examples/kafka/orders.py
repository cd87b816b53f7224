"""Adds up the orders that come from a Kafka topic, a batch at a time."""
import base64
import json


def handler(event, context):
    total = 0
    for partition, records in event["records"].items():
        for record in records:
            order = json.loads(base64.b64decode(record["value"]))
            total += order["amount"]
            print(f"{partition} offset {record['offset']}: order {order['id']} of {order['amount']}")
    print(f"batch total {total}")
