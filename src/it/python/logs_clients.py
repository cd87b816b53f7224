"""A function's log through boto3 and the aws CLI, its versions 1 (`logs_clients.py AWS`) and 2 (`logs_clients.py AWS AWS2`).

Endpoint and keys from the environment. Ends with `all done`.
"""
import io
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading
import time
import zipfile

import boto3
from botocore.config import Config

CLIENTS = [c for c in sys.argv[1:] if c]
GROUP = "/aws/lambda/talker"
# No name server knows the endpoint's name with StartLiveTail's prefix, `streaming-`.
config = Config(retries={"total_max_attempts": 1}, read_timeout=120, inject_host_prefix=False)
functions, logs = boto3.client("lambda", config=config), boto3.client("logs", config=config)
data = io.BytesIO()
with zipfile.ZipFile(data, "w") as out:
    out.writestr("app.py", (pathlib.Path(__file__).parent.parent / "functions/python/app.py").read_text())
functions.create_function(FunctionName="talker", Runtime="python3.11", Role="arn:aws:iam::000000000000:role/it",
                          Handler="app.handler", Code={"ZipFile": data.getvalue()}, Timeout=20, MemorySize=192)
functions.get_waiter("function_active_v2").wait(FunctionName="talker")


def invoke(word, **event):
    """Invokes; returns what the log shows of it, once it does."""
    answer = functions.invoke(FunctionName="talker", Payload=json.dumps({"word": word, **event}))
    assert "FunctionError" not in answer, answer["Payload"].read()
    request = answer["ResponseMetadata"]["RequestId"]
    end = time.monotonic() + 120
    while time.monotonic() < end:
        lines = [e["message"] for e in everything()]
        if any(line.startswith("REPORT RequestId: " + request) for line in lines):
            return request, lines
        time.sleep(0.1)
    raise AssertionError("no REPORT of %s in %s" % (request, lines))


def everything(**more):
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=GROUP, PaginationConfig={"PageSize": 3}, **more)
    events = [e for page in pages for e in page["events"]]
    assert len({e["eventId"] for e in events}) == len(events), "an event came twice"
    return events


first, lines = invoke("one")
second, lines = invoke("two", allocateMib=50, sleepMillis=200)
about = [line for line in lines if first in line or '"one"' in line]
assert len(about) == 4, about
assert about[0] == "START RequestId: %s Version: $LATEST" % first, about
assert about[1].startswith('python handles {"word": "one"}') and about[2] == "END RequestId: " + first, about
REPORT = (r"REPORT RequestId: %s\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 192 MB\t"
          r"Max Memory Used: (\d+) MB\t(Init Duration: [\d.]+ ms\t)?")
report = re.fullmatch(REPORT % first, about[3])
assert report and report.group(2) and 5 < int(report.group(1)) < 50, about[3]
report = re.fullmatch(REPORT % second, lines[-1])
assert report and not report.group(2) and 50 < int(report.group(1)) < 100, lines[-1]

# The same, page by page in one stream, from both ends.
stream, = logs.describe_log_streams(logGroupName=GROUP, orderBy="LastEventTime", descending=True)["logStreams"]
one = dict(logGroupName=GROUP, logStreamName=stream["logStreamName"])
assert stream["firstEventTimestamp"] <= stream["lastEventTimestamp"] <= stream["lastIngestionTime"] + 60_000, stream
for head, name in ((True, "nextForwardToken"), (False, "nextBackwardToken")):
    read, token = [], None
    while True:
        page = logs.get_log_events(limit=3, startFromHead=head, **one, **({"nextToken": token} if token else {}))
        batch = [e["message"] for e in page["events"]]
        read = read + batch if head else batch + read
        if page[name] == token:
            break
        token = page[name]
    assert read == lines, (head, read, lines)
assert [e["message"] for e in everything(filterPattern='"END RequestId"')] == [
    "END RequestId: " + first, "END RequestId: " + second]


class Lines:
    """What comes, one line after the other."""

    def __init__(self):
        self.seen, self.all = queue.Queue(), []

    def until(self, text, seconds=120):
        end = time.monotonic() + seconds
        while not any(text in line for line in self.all):
            try:
                self.all.append(self.seen.get(timeout=max(0.01, end - time.monotonic())))
            except queue.Empty:
                raise AssertionError("%r did not come, but %s" % (text, self.all)) from None


def background(task):
    threading.Thread(target=task, daemon=True).start()


# boto3's live tail
tail = logs.start_live_tail(logGroupIdentifiers=["arn:aws:logs:us-east-1:000000000000:log-group:" + GROUP],
                            logEventFilterPattern="handles")
live = Lines()


def read_live():
    for event in tail["responseStream"]:
        for name, value in event.items():
            if name == "sessionStart":
                live.seen.put("start " + value["sessionId"])
            for result in value.get("sessionResults", ()):
                assert result["logStreamName"] == one["logStreamName"], result
                assert result["logGroupIdentifier"] == "000000000000:" + GROUP, result
                live.seen.put(result["message"])
                if '"three"' in result["message"]:
                    tail["responseStream"].close()
                    return


background(read_live)
live.until("start ")
invoke("three")
live.until('"three"')


def aws(client, *words):
    command = [client, "--endpoint-url", os.environ["AWS_ENDPOINT_URL"], "--output", "json", "logs", *words]
    return command


def answer(client, *words):
    done = subprocess.run(aws(client, *words), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


lines = [e["message"] for e in everything()]
for client in CLIENTS:
    filtered = answer(client, "filter-log-events", "--log-group-name", GROUP, "--page-size", "4")
    assert [e["message"] for e in filtered["events"]] == lines, filtered
    some = answer(client, "filter-log-events", "--log-group-name", GROUP, "--max-items", "5", "--page-size", "2")
    rest = answer(client, "filter-log-events", "--log-group-name", GROUP, "--starting-token", some["NextToken"])
    assert [e["message"] for e in some["events"] + rest["events"]] == lines, (some, rest)
    read = answer(client, "get-log-events", "--log-group-name", GROUP, "--log-stream-name", one["logStreamName"],
                  "--start-from-head")
    assert [e["message"] for e in read["events"]] == lines, read
    streams = answer(client, "describe-log-streams", "--log-group-name", GROUP, "--order-by", "LastEventTime")
    assert [s["logStreamName"] for s in streams["logStreams"]] == [one["logStreamName"]], streams

# Only the second version has `logs tail`.
for number, client in enumerate(CLIENTS[1:]):
    tailing = subprocess.Popen(aws(client, "tail", GROUP, "--follow", "--since", "10m", "--format", "short"),
                               stdout=subprocess.PIPE, text=True)
    followed = Lines()
    background(lambda: [followed.seen.put(line) for line in tailing.stdout])
    try:
        followed.until("REPORT RequestId: " + second)
        for word in ("four", "five"):
            request, _ = invoke(word)
            followed.until("REPORT RequestId: " + request)
    finally:
        tailing.terminate()
        tailing.wait(60)
    bare = [line.rstrip("\n").split(" ", 1)[1].rstrip() for line in followed.all if line.strip()]
    wanted = [e["message"].rstrip() for e in everything()]
    assert bare == wanted, (bare, wanted)

functions.delete_function(FunctionName="talker")
logs.delete_log_group(logGroupName=GROUP)
print("all done")
