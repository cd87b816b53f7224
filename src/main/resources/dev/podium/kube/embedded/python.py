"""Runs a Python function: asks Podium's Runtime API for invocations over one kept connection.

Stands in for Amazon's runtime client on the embedded cluster. Needs nothing but Python 3.8 or later.
"""
import importlib
import json
import os
import socket
import sys
import time
import traceback
import types

PREFIX = "/2018-06-01/runtime/"
ADDRESS = os.environ["AWS_LAMBDA_RUNTIME_API"]
LOOP = os.path.abspath(__file__)


class Connection:
    """One kept HTTP/1.1 connection on a raw socket: what http.client costs would be most of an invocation."""

    def __init__(self):
        self.socket = None
        self.buffer = b""

    def _open(self):
        host, _, port = ADDRESS.rpartition(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def _more(self):
        data = self.socket.recv(262144)
        if not data:
            raise ConnectionError("closed")
        self.buffer += data

    def _line(self):
        while True:
            end = self.buffer.find(b"\r\n")
            if end >= 0:
                line, self.buffer = self.buffer[:end], self.buffer[end + 2:]
                return line
            self._more()

    def _take(self, size):
        if len(self.buffer) < size:
            parts, have = [self.buffer], len(self.buffer)
            while have < size:
                data = self.socket.recv(min(1 << 20, size - have))
                if not data:
                    raise ConnectionError("closed")
                parts.append(data)
                have += len(data)
            self.buffer = b"".join(parts)
        body, self.buffer = self.buffer[:size], self.buffer[size:]
        return body

    def _read(self):
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        if "chunked" in headers.get("transfer-encoding", ""):
            parts = []
            while True:
                size = int(self._line().split(b";")[0], 16)
                parts.append(self._take(size))
                self._line()
                if size == 0:
                    break
            body = b"".join(parts)
        else:
            body = self._take(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.socket.close()
            self.socket = None
        return int(lines[0].split(" ")[1]), headers, body

    def send(self, method, target, body=b"", extra=""):
        head = "%s %s%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\n\r\n" % (
            method, PREFIX, target, ADDRESS, extra, len(body))
        request = head.encode("latin-1") + body
        kept = self.socket is not None
        try:
            if not kept:
                self._open()
            self.socket.sendall(request)
            return self._read()
        except OSError:
            if not kept:
                raise
        # An idle connection may have been closed meanwhile: once more on a new one.
        self._open()
        self.socket.sendall(request)
        return self._read()


class FunctionError(Exception):
    """An error that Amazon's client has a type of its own for."""

    def __init__(self, kind, message, trace=()):
        super().__init__(message)
        self.kind = kind
        self.trace = list(trace)


def error_json(error, request_id=""):
    if isinstance(error, FunctionError):
        kind, message, trace = error.kind, str(error), error.trace
    else:
        kind, message = type(error).__name__, str(error)
        frames = [f for f in traceback.extract_tb(error.__traceback__)
                  if os.path.abspath(f.filename) != LOOP and not f.filename.startswith("<frozen importlib")]
        trace = traceback.format_list(frames)
    return kind, {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def log_error(fields):
    text = "[ERROR] %s: %s\nTraceback (most recent call last):\n%s" % (
        fields["errorType"], fields["errorMessage"], "".join(fields["stackTrace"]))
    print(text.replace("\n", "\r"), flush=True)


def send_error(connection, target, error, request_id=""):
    kind, fields = error_json(error, request_id)
    log_error(fields)
    name = "".join(c if " " <= c <= "~" else "?" for c in kind)
    connection.send("POST", target, json.dumps(fields).encode(), "Lambda-Runtime-Function-Error-Type: %s\r\n" % name)


def load(handler):
    module_name, dot, function_name = handler.rpartition(".")
    if not dot or not module_name or not function_name:
        raise FunctionError("Runtime.MalformedHandlerName",
                            "Bad handler '%s': not enough values to unpack (expected 2, got 1)" % handler)
    module_name = module_name.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as e:
        raise FunctionError("Runtime.ImportModuleError", "Unable to import module '%s': %s" % (module_name, e)) from e
    except SyntaxError as e:
        trace = ['  File "%s" Line %s\n    %s\n' % (e.filename, e.lineno, (e.text or "").rstrip())]
        raise FunctionError("Runtime.UserCodeSyntaxError",
                            "Syntax error in module '%s': %s" % (module_name, e), trace) from e
    try:
        return getattr(module, function_name)
    except AttributeError as e:
        raise FunctionError("Runtime.HandlerNotFound",
                            "Handler '%s' missing on module '%s'" % (function_name, module_name)) from e


class Context:
    """What a handler gets besides its event."""

    def __init__(self, headers):
        env = os.environ
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn", "")
        self.function_name = env.get("AWS_LAMBDA_FUNCTION_NAME")
        self.function_version = env.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.memory_limit_in_mb = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.log_group_name = env.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = env.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self._deadline = int(headers.get("lambda-runtime-deadline-ms", "0"))
        client = headers.get("lambda-runtime-client-context")
        self.client_context = None
        if client:
            value = json.loads(client)
            self.client_context = types.SimpleNamespace(
                client=types.SimpleNamespace(**value["client"]) if value.get("client") else None,
                custom=value.get("custom"), env=value.get("env"))
        identity = json.loads(headers.get("lambda-runtime-cognito-identity") or "{}")
        self.identity = types.SimpleNamespace(
            cognito_identity_id=identity.get("cognitoIdentityId"),
            cognito_identity_pool_id=identity.get("cognitoIdentityPoolId"))

    def get_remaining_time_in_millis(self):
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, message):
        sys.stdout.write(str(message))


def encode(value):
    def default(item):
        # As Amazon's client does for numbers of DynamoDB.
        if type(item).__name__ == "Decimal":
            return float(item)
        raise TypeError("Object of type %s is not JSON serializable" % type(item).__name__)
    try:
        return json.dumps(value, default=default, ensure_ascii=False).encode()
    except Exception as e:
        raise FunctionError("Runtime.MarshalError", "Unable to marshal response: %s" % e) from e


def main():
    connection = Connection()
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
    root = os.environ.get("LAMBDA_TASK_ROOT", os.getcwd())
    sys.path[0] = root
    opt = os.environ.get("PODIUM_OPT")
    if opt:
        site = "lib/python%d.%d/site-packages" % sys.version_info[:2]
        sys.path[1:1] = [os.path.join(opt, "python", site), os.path.join(opt, "python")]
    try:
        handler = load(os.environ.get("_HANDLER", ""))
    except SystemExit:
        raise
    except BaseException as e:
        send_error(connection, "init/error", e)
        os._exit(1)
    while True:
        status, headers, body = connection.send("GET", "invocation/next")
        if status != 200:
            raise ConnectionError("the Runtime API answered %d" % status)
        request_id = headers["lambda-runtime-aws-request-id"]
        trace = headers.get("lambda-runtime-trace-id")
        if trace:
            os.environ["_X_AMZN_TRACE_ID"] = trace
        try:
            answer = encode(handler(json.loads(body), Context(headers)))
        except SystemExit:
            raise
        except BaseException as e:
            send_error(connection, "invocation/%s/error" % request_id, e, request_id)
            continue
        connection.send("POST", "invocation/%s/response" % request_id, answer)


if __name__ == "__main__":
    try:
        main()
    except OSError:
        # The server is gone, and with it all that this process is for.
        os._exit(1)
