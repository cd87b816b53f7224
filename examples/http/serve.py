"""A web server that runs a function, as any image may bring one. It listens on port 8080, answers GET /healthz when it is
ready and GET /metrics with its numbers, and calls the function with what is POSTed to it.

The function is MOD_NAME.FUNC_HANDLER, from the Handler `greet.hello`.
"""
import http.server
import importlib
import json
import os
import threading

function = getattr(importlib.import_module(os.environ["MOD_NAME"]), os.environ["FUNC_HANDLER"])
calls, lock = 0, threading.Lock()


class Server(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/healthz":
            self.answer(200, "ok", "text/plain")
        elif self.path == "/metrics":
            self.answer(200, "# HELP greetings Greetings so far.\n# TYPE greetings counter\n"
                        "greetings_total{function=\"%s\"} %d\n" % (function.__name__, calls), "text/plain")
        else:
            self.answer(404, "", "text/plain")

    def do_POST(self):
        global calls
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "null")
        try:
            result = function(event)
        except Exception as e:
            self.answer(500, json.dumps({"errorType": type(e).__name__, "errorMessage": str(e)}))
            return
        with lock:
            calls += 1
        self.answer(200, json.dumps(result))

    def answer(self, status, text, kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer(("", int(os.environ["FUNC_PORT"])), Server).serve_forever()
