"""A streaming function and its URL through boto3, endpoint and keys from the environment. Ends with `all done`."""
import json
import os
import pathlib
import time
import urllib.request

from functions import archive, client, create

source = (pathlib.Path(__file__).parent.parent / "functions/node/stream.mjs").read_text()
create("stream", "nodejs22.x", "stream.handler", Code={"ZipFile": archive(stream_mjs=source)})


def stream(event):
    answer = client.invoke_with_response_stream(FunctionName="stream", Payload=json.dumps(event))
    assert answer["StatusCode"] == 200 and answer["ExecutedVersion"] == "$LATEST", answer
    assert answer["ResponseStreamContentType"] == "application/vnd.amazon.eventstream", answer
    chunks, end = [], None
    for part in answer["EventStream"]:
        if "PayloadChunk" in part:
            chunks.append((time.monotonic(), part["PayloadChunk"]["Payload"]))
        else:
            end = part["InvokeComplete"]
    return chunks, end


stream({"sleepMillis": 0})
chunks, end = stream({"sleepMillis": 3000})
assert chunks[0][1].startswith(b"first at ") and chunks[-1][1].endswith(b"last\n"), chunks
assert chunks[-1][0] - chunks[0][0] > 1, "the first chunk came with the last one"
assert "ErrorCode" not in end, end

chunks, end = stream({"fail": "as asked", "sleepMillis": 20})
assert b"".join(c for _, c in chunks).startswith(b"first at "), chunks
assert end["ErrorCode"] == "Unhandled" and "as asked" in end["ErrorDetails"], end

chunks, end = stream({"bytes": 20 << 20, "sleepMillis": 0})
assert sum(len(c) for _, c in chunks) > 20 << 20 and "ErrorCode" not in end, end

url = client.create_function_url_config(FunctionName="stream", AuthType="NONE", InvokeMode="RESPONSE_STREAM")["FunctionUrl"]
host = url.split("/")[2]
request = urllib.request.Request(os.environ["AWS_ENDPOINT_URL"] + "/any?sleepMillis=3000", headers={"Host": host})
with urllib.request.urlopen(request) as response:
    assert response.status == 202 and response.headers["x-own"] == "yes", response.headers
    assert response.headers["Set-Cookie"] == "c=1", response.headers
    assert response.readline().startswith(b"first at ")
    before = time.monotonic()
    assert response.readline() == b"last\n" and time.monotonic() - before > 1

client.delete_function(FunctionName="stream")
print("all done")
