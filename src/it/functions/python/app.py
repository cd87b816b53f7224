import json
import os
import sys
import time

STARTED = f"{os.uname().nodename}-{time.time_ns()}"
calls = 0


def handler(event, context):
    """The behaviour that every test function shares: the event says what to do."""
    global calls
    calls += 1
    event = event if isinstance(event, dict) else {"value": event}
    print("python handles", json.dumps(event)[:200])
    if "meet" in event:
        import urllib.request
        urllib.request.urlopen(event["meet"], timeout=160).close()  # answers when everybody has come
    if "sleepMillis" in event:
        time.sleep(event["sleepMillis"] / 1000)
    if "allocateMib" in event:
        held = bytearray(event["allocateMib"] << 20)
        held[::4096] = b"x" * len(held[::4096])
    if "exitCode" in event:
        sys.stdout.flush()
        os._exit(event["exitCode"])
    if "fail" in event:
        raise ValueError(event["fail"])
    return {
        "runtime": "python",
        "echo": event,
        "environment": STARTED,
        "calls": calls,
        "function": context.function_name,
        "version": context.function_version,
        "arn": context.invoked_function_arn,
        "requestId": context.aws_request_id,
        "memory": int(context.memory_limit_in_mb),
        "remainingMillis": context.get_remaining_time_in_millis(),
        "variable": os.environ.get(event.get("variable", ""), None),
        "uid": os.getuid(),
        "cwd": os.getcwd(),
    }


def plain(event, context):
    """The fastest handler, for measurements."""
    return event
