"""A web server for a task: says which one it is, at the address that the task has."""

import http.server
import os

ADDRESS = os.environ.get("PODIUM_POD_IP", "0.0.0.0")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = f"{ADDRESS}\n".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


http.server.ThreadingHTTPServer((ADDRESS, 8080), Handler).serve_forever()
