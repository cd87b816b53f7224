"""What the scripts about instances, tasks and load balancers share. Endpoint, keys, KUBECONFIG, PODIUM_IT_NAMESPACE and
PODIUM_IT_AWS (the aws CLI) come from the environment."""
import collections
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
PYTHON_AMI, BUSYBOX_AMI = "ami-0a0a0a0a0a0a0a0a0", "ami-0b0b0b0b0b0b0b0b0"
PYTHON, BUSYBOX = "registry.local/python:3.11", "registry.local/busybox:1.36-musl"
# A machine under load takes its time; waiters look every second, the aws CLI's as often as they always do.
PATIENCE = 300
STARTED = time.monotonic()


def client(service):
    return boto3.client(service, config=Config(retries={"total_max_attempts": 1}, read_timeout=120))


def aws(*words):
    """The aws CLI's answer."""
    done = subprocess.run([os.environ["PODIUM_IT_AWS"], "--output", "json", *words], capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


def aws_fails(code, *words):
    done = subprocess.run([os.environ["PODIUM_IT_AWS"], *words], capture_output=True, text=True)
    assert done.returncode != 0 and f"({code})" in done.stderr, (words, done.stdout, done.stderr)


def wait(of, waiter, **parameters):
    of.get_waiter(waiter).wait(WaiterConfig={"Delay": 1, "MaxAttempts": PATIENCE}, **parameters)


def until(what, check, seconds=PATIENCE, every=0.2):
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = check()
        if answer:
            return answer
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(every)


def expect_error(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error
        return error.response["Error"]["Message"]
    raise AssertionError(f"{code} was expected")


def kubectl(*words):
    command = ["kubectl", "--namespace", os.environ["PODIUM_IT_NAMESPACE"], *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pods(label):
    """The pods with a label that are not being deleted."""
    found = json.loads(kubectl("get", "pods", "-o", "json", "-l", label))["items"]
    return [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]


def let_in(ec2, number):
    """Lets everybody reach a port of instances without a group of their own, where security groups are enforced."""
    group = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"][0]["GroupId"]
    try:
        ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=number, ToPort=number, CidrIp="0.0.0.0/0")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "InvalidPermission.Duplicate", error


def refused(call, **arguments):
    """What AWS has and a pod can't is refused by name."""
    try:
        call(**arguments)
    except ClientError as error:
        assert "not supported by Podium" in error.response["Error"]["Message"], error
        return
    raise AssertionError(f"{call.__name__} should have been refused")


def drain(pod):
    """Puts a pod out as `kubectl drain` does."""
    meta = {"name": pod["metadata"]["name"], "namespace": pod["metadata"]["namespace"]}
    body = json.dumps({"apiVersion": "policy/v1", "kind": "Eviction", "metadata": meta})
    subprocess.run(["kubectl", "create", "--raw", "/api/v1/namespaces/{namespace}/pods/{name}/eviction".format(**meta), "-f", "-"],
                   input=body, check=True, capture_output=True, text=True)


def evict(pod):
    """Has the API server say of a pod what a kubelet says of one that it put out."""
    status = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory."}
    kubectl("patch", "pod", pod["metadata"]["name"], "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))


class KeepRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


OPENER = urllib.request.build_opener(KeepRedirects)


def get(url, host=None, **headers):
    """Status, headers and text of an answer, whatever its status is."""
    request = urllib.request.Request(url, headers=dict(headers, **({"Host": host} if host else {})))
    try:
        with OPENER.open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


# A web server that names its version and itself, and ends at once when it is told to.
WEB = """
import http.server, os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        body = (os.environ["VERSION"] + " " + os.uname().nodename).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(("", 8080), Handler).serve_forever()
"""


class Traffic:
    """Steady requests over keep-alive connections, until it ends: what was answered, by text, and what failed."""

    def __init__(self, number, connections=4):
        self.number, self.answers, self.failures, self.ended = number, collections.Counter(), [], False
        self.threads = [threading.Thread(target=self.ask, daemon=True) for _ in range(connections)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        connection = None
        while not self.ended:
            try:
                connection = connection or http.client.HTTPConnection("127.0.0.1", self.number, timeout=60)
                connection.request("GET", "/")
                answer = connection.getresponse()
                text = answer.read().decode()
                if answer.status == 200:
                    self.answers[text] += 1
                else:
                    self.failures.append(f"{time.monotonic() - STARTED:.1f} s: {answer.status} {text}")
            except OSError as error:
                self.failures.append(f"{time.monotonic() - STARTED:.1f} s: {error!r}")
                connection.close()
                connection = None
            time.sleep(0.02)

    def end(self):
        self.ended = True
        for thread in self.threads:
            thread.join()
        return sum(self.answers.values())


class Wrk:
    """wrk's steady requests, where there is a wrk: what it counted as errors, in its own words."""

    def __init__(self, number):
        self.process = None
        if os.environ.get("PODIUM_IT_WRK"):
            script = tempfile.NamedTemporaryFile("w", suffix=".lua", delete=False)
            with script:
                script.write("function delay() return 5 end\n")
            command = ["-t1", "-c4", "-d3600s", "--timeout", "30s", "-s", script.name, f"http://127.0.0.1:{number}/"]
            self.process = subprocess.Popen([os.environ["PODIUM_IT_WRK"], *command], stdout=subprocess.PIPE, text=True)

    def end(self):
        if not self.process:
            return []
        self.process.send_signal(signal.SIGINT)
        told = self.process.communicate()[0]
        assert " requests in " in told, told
        return [line.strip() for line in told.splitlines() if "Socket errors" in line or "Non-2xx" in line]


def say(what):
    """Progress, for people: standard error must stay empty."""
    print(f"{time.monotonic() - STARTED:6.1f} s  {what}", flush=True)


def port(number):
    """A port for a listener, apart from those of other runs on this machine."""
    return int(os.environ["PODIUM_IT_PORTS"]) + number


def done():
    say("all done")
    sys.exit()
