"""Stands in for the runtime interface emulator (its Go module is on no registry the tests use): the handler behind
POST /2015-03-31/functions/function/invocations on port 8080, with the emulator's habits: every answer is 200, an error is a
body with errorMessage and errorType, and a time-out is plain text."""
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def handler(event):
    if not isinstance(event, dict):
        return {"runtime": "rie", "echo": event, "environment": os.uname().nodename}
    time.sleep(event.get("sleepMillis", 0) / 1000)
    if "exitCode" in event:
        os._exit(event["exitCode"])
    if "fail" in event:
        return {"errorMessage": event["fail"], "errorType": "RuntimeError", "stackTrace": []}
    return {"runtime": "rie", "echo": event, "environment": os.uname().nodename,
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME")}


class Emulator(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        if self.path != "/2015-03-31/functions/function/invocations":
            self.send_error(404)
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        answer = json.dumps(handler(json.loads(body or b"null"))).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        print("END RequestId:", self.headers.get("X-Amzn-Request-Id"), file=sys.stderr, flush=True)


time.sleep(float(os.environ.get("START_SECONDS", "0")))
ThreadingHTTPServer(("0.0.0.0", 8080), Emulator).serve_forever()
