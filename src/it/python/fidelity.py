"""Holds a server's answers against botocore's service models: `fidelity.py [service ...]`, endpoint and keys from the
environment.

For each service there is a scenario, the module `fidelity_<service>`, a list of steps. Each answer is read strictly:
unknown members, members of a wrong type or outside their constraints, nulls, missing required members and missing
members that AWS always shows are differences, and so are errors whose code, status, header and body don't fit each
other. From the parameters of each operation's first successful call, invalid ones are made, one for each constraint of
the model, and each must be refused in AWS's words. Operations without a step must be refused as not supported.

Prints a table, and ends with status 1 on any difference.
"""
import copy
import importlib
import json
import re
import sys
import time

import boto3
import fidelity_xml
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError

# What any operation may answer, besides the errors that its model lists.
COMMON_ERRORS = {
    "ValidationException", "ValidationError", "AccessDeniedException", "SerializationException", "RequestEntityTooLargeException",
    "UnknownOperationException", "NotImplemented",
}
LONGEST = 70_000  # no longer values are made up
LONGEST_IN_URI = 3_000


class Call:
    """A call that must succeed.

    parameters: a dict, or a function from the context to one
    save: puts something of the answer into the context: a function from context and answer
    status: the HTTP status, when the model's is not it
    """

    def __init__(self, operation, parameters=None, save=None, status=None, vary=True):
        self.operation, self.parameters, self.save, self.status, self.vary = operation, parameters, save, status, vary


class Fail:
    """A call that must fail with status and code, and a message that contains a text."""

    def __init__(self, operation, parameters, status, code, message=""):
        self.operation, self.parameters, self.status, self.code, self.message = (
            operation, parameters, status, code, message)


class Until:
    """Waits until a call succeeds and its answer meets a condition, for what follows in the background."""

    def __init__(self, operation, parameters, condition, seconds=180):
        self.operation, self.parameters, self.condition, self.seconds = operation, parameters, condition, seconds


def snake(name):
    from botocore import xform_name
    return xform_name(name)


class Strict:
    """Reads one raw response against its operation's model."""

    common = COMMON_ERRORS

    def __init__(self, service):
        self.service = service
        self.problems = []

    def problem(self, path, what):
        self.problems.append("%s: %s" % (path or "answer", what))

    def success(self, operation, response, status):
        expected = status or operation.http.get("responseCode", 200)
        if response["status_code"] != expected:
            self.problem("", "status %d instead of %d" % (response["status_code"], expected))
        shape = operation.output_shape
        headers = {name.lower(): value for name, value in response["headers"].items()}
        if operation.service_model.metadata["protocol"] == "rest-xml":
            tree, shape = fidelity_xml.rest_success(self, operation, response, headers)
            if tree is not None:
                self.structure(tree, shape, "", fidelity_xml.located(shape))
            return
        if "x-amzn-requestid" not in headers:
            self.problem("", "no x-amzn-RequestId")
        if operation.service_model.metadata["protocol"] in ("query", "ec2"):
            tree = fidelity_xml.success(self, operation, response)
            if tree is not None and shape is not None:
                self.structure(tree, shape, "")
            return
        if shape is None:
            if response["body"] not in (b"", b"{}"):
                self.problem("", "a body, where the model has none")
            return
        body = response["body"]
        payload = shape.serialization.get("payload")
        if payload:
            member = shape.members[payload]
            if member.type_name == "structure" and isinstance(body, bytes):
                self.value(json.loads(body), member, payload)
            return  # else a blob or an event stream, whose reading is botocore's
        if not isinstance(body, bytes):
            return
        located = {n for n, m in shape.members.items() if m.serialization.get("location")}
        for name in located:
            member = shape.members[name]
            if member.serialization["location"] == "header" and name in shape.required_members \
                    and member.serialization["name"].lower() not in headers:
                self.problem(name, "missing, though it is required")
        if not body.strip() and set(shape.members) <= located:
            return
        try:
            tree = json.loads(body or b"{}")
        except ValueError:
            self.problem("", "no JSON: %r" % body[:80])
            return
        self.structure(tree, shape, "", located)

    def structure(self, tree, shape, path, located=()):
        if not isinstance(tree, dict):
            self.problem(path, "%s instead of a structure" % type(tree).__name__)
            return
        names = {m.serialization.get("name", n): n for n, m in shape.members.items() if n not in located}
        for key, value in tree.items():
            here = path + "." + key if path else key
            if key not in names:
                self.problem(here, "no member of " + shape.name)
            elif value is None:
                self.problem(here, "null")
            else:
                self.value(value, shape.members[names[key]], here)
        always = self.service.ALWAYS.get(shape.name, ())
        for wire, name in names.items():
            if wire not in tree and (name in always or name in shape.required_members):
                if (shape.name, name) not in self.service.MAY_LACK:
                    self.problem(path + "." + wire if path else wire, "missing")

    def value(self, value, shape, path):
        kind = shape.type_name
        if kind == "structure":
            if not getattr(shape, "is_document_type", False):
                self.structure(value, shape, path)
            return
        if kind == "list":
            if not isinstance(value, list):
                self.problem(path, "%s instead of a list" % type(value).__name__)
                return
            for index, item in enumerate(value):
                self.value(item, shape.member, "%s[%d]" % (path, index))
        elif kind == "map":
            if not isinstance(value, dict):
                self.problem(path, "%s instead of a map" % type(value).__name__)
                return
            for key, item in value.items():
                self.value(item, shape.value, path + "." + key)
        elif kind in ("string", "character"):
            if not isinstance(value, str):
                self.problem(path, "%s instead of a string" % type(value).__name__)
                return
        elif kind in ("integer", "long"):
            if isinstance(value, bool) or not isinstance(value, int):
                self.problem(path, "%s instead of an integer" % type(value).__name__)
                return
        elif kind in ("float", "double", "timestamp"):
            if isinstance(value, bool) or not isinstance(value, (int, float)) and kind != "timestamp":
                self.problem(path, "%s instead of a number" % type(value).__name__)
                return
        elif kind == "boolean":
            if not isinstance(value, bool):
                self.problem(path, "%s instead of a boolean" % type(value).__name__)
                return
        self.constraints(value, shape, path)

    def constraints(self, value, shape, path):
        limits = shape.metadata
        if "enum" in limits and value not in limits["enum"] and shape.name not in self.service.OPEN_ENUMS:
            self.problem(path, "%r is not in the enumeration %s" % (value, shape.name))
        size = value if isinstance(value, (int, float)) else len(value) if hasattr(value, "__len__") else None
        if size is not None and size < limits.get("min", size) or size is not None and size > limits.get("max", size):
            self.problem(path, "%r is outside %s..%s" % (str(value)[:60], limits.get("min"), limits.get("max")))
        if "pattern" in limits and isinstance(value, str) and broken(limits["pattern"], value):
            self.problem(path, "%r does not fit %s" % (value, limits["pattern"]))

    def error(self, operation, response):
        headers = {name.lower(): value for name, value in response["headers"].items()}
        if operation.service_model.metadata["protocol"] == "rest-xml":
            fidelity_xml.rest_error(self, operation, response, headers)
            return
        if operation.service_model.metadata["protocol"] in ("query", "ec2"):
            fidelity_xml.error(self, operation, response)
            return
        try:
            body = json.loads(response["body"])
        except (ValueError, TypeError):
            self.problem("", "an error without a JSON body: %r" % response["body"])
            return
        if "x-amzn-requestid" not in headers:
            self.problem("", "an error without x-amzn-RequestId")
        if operation.service_model.metadata["protocol"] == "rest-json":
            code = headers.get("x-amzn-errortype", "")
            if not code:
                self.problem("", "an error without x-amzn-ErrorType")
        else:
            code = body.get("__type", "").rpartition("#")[2]
            if not code:
                self.problem("", "an error without __type")
        shapes = {shape.name: shape for shape in operation.error_shapes}
        shape = shapes.get(code)
        if shape is None:
            shape = next((s for s in operation.service_model.error_shapes if s.name == code), None)
            if code not in COMMON_ERRORS and (operation.name, code) not in self.service.UNLISTED_ERRORS:
                self.problem("", "error %s is none of %s" % (code, ", ".join(sorted(shapes))))
        if not any(name in body for name in ("message", "Message")):
            self.problem("", "an error without a message")
        if shape is not None:
            wanted = shape.metadata.get("error", {}).get("httpStatusCode")
            if wanted and wanted != response["status_code"]:
                self.problem("", "status %d for %s instead of %d" % (response["status_code"], code, wanted))
            names = {m.serialization.get("name", n): n for n, m in shape.members.items()
                     if m.serialization.get("location") is None}
            for key in body:
                # Every error has a message, though some models don't tell.
                if key not in names and key != "__type" and (key != "message" or names):
                    self.problem(key, "no member of " + code)
            if "Type" in names and "Type" not in body:
                self.problem("Type", "missing in " + code)


def broken(pattern, value):
    try:
        return re.fullmatch(pattern, value) is None
    except re.error:
        return False  # a pattern of Java's that Python can't read


class Variations:
    """Invalid parameters, one for each constraint of the model."""

    def __init__(self, service, operation, valid):
        self.service, self.valid = service, valid
        self.found = []
        # Forms have no empty structures, so that nothing can be missing in one.
        self.form = operation.service_model.metadata["protocol"] in ("query", "ec2")
        if operation.input_shape is not None:
            self.structure(operation.input_shape, [], "")

    def add(self, keys, bad, path, constraint, null=False):
        parameters = copy.deepcopy(self.valid)
        node = parameters
        for key in keys[:-1]:
            if isinstance(key, int):
                node = node[key]
            else:
                node = node.setdefault(key, {})
        if null:
            if isinstance(node, dict):
                node.pop(keys[-1], None)
        elif isinstance(keys[-1], int):
            node[keys[-1]] = bad
        else:
            node[keys[-1]] = bad
        self.found.append((parameters, path, constraint))

    def structure(self, shape, keys, path):
        if getattr(shape, "is_document_type", False) or len(keys) > 6:
            return
        for name, member in shape.members.items():
            location = member.serialization.get("location")
            here = path + name[0].lower() + name[1:]
            if (shape.name, name) in self.service.NOT_VARIED or getattr(member, "is_eventstream", False):
                continue
            there = not self.form or self.given(keys) is not None
            if there and name in shape.required_members and location != "uri" and member.type_name != "blob":
                self.add(keys + [name], None, here, "Member must not be null", null=True)
            self.value(member, keys + [name], here, location)

    def value(self, shape, keys, path, location=None):
        kind, limits = shape.type_name, shape.metadata
        given = self.given(keys)
        if kind == "structure":
            self.structure(shape, keys, path + ".")
        elif kind == "list":
            if given and "max" in limits and limits["max"] < 2000:
                self.add(keys, list(given)[:1] * (limits["max"] + 1), path,
                         "Member must have length less than or equal to %d" % limits["max"])
            if limits.get("min", 0) > 0 and location is None:
                self.add(keys, [], path, "Member must have length greater than or equal to %d" % limits["min"])
            if given and shape.member.type_name == "structure":
                self.structure(shape.member, keys + [0], path + ".1.member.")
            elif shape.member.type_name == "string":
                bad = self.bad_text(shape.member)
                if bad is not None:
                    self.add(keys, [bad], path, "Member must satisfy constraint: [")
        elif kind == "string":
            self.text(shape, keys, path, location)
        elif kind in ("integer", "long"):
            if "max" in limits:
                self.add(keys, limits["max"] + 1, path,
                         "Member must have value less than or equal to %d" % limits["max"])
            if "min" in limits:
                self.add(keys, limits["min"] - 1, path,
                         "Member must have value greater than or equal to %d" % limits["min"])

    def given(self, keys):
        node = self.valid
        for key in keys:
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def bad_text(self, shape):
        if shape.name in self.service.OPEN_ENUMS:
            return None
        if "enum" in shape.metadata:
            return "nothing-like-it"
        return self.misfit(shape.metadata.get("pattern"), shape.metadata.get("min", 0))

    @staticmethod
    def misfit(pattern, shortest):
        if pattern is None:
            return None
        for candidate in ("!", "{no fit}", "\u00fc ", " "):
            text = candidate * max(1, shortest)
            if broken(pattern, text):
                return text
        return None

    def text(self, shape, keys, path, location):
        limits = shape.metadata
        if "enum" in limits:
            if shape.name not in self.service.OPEN_ENUMS:
                self.add(keys, "nothing-like-it", path, "Member must satisfy enum value set: [")
            return
        bad = self.misfit(limits.get("pattern"), limits.get("min", 0))
        if bad is not None:
            self.add(keys, bad, path, "Member must satisfy regular expression pattern: " + limits["pattern"])
        longest = LONGEST_IN_URI if location else LONGEST
        if "max" in limits and limits["max"] < longest:
            self.add(keys, "a" * (limits["max"] + 1), path,
                     "Member must have length less than or equal to %d" % limits["max"])
        if limits.get("min", 0) > 0 and location is None:
            self.add(keys, "", path, "Member must have length greater than or equal to %d" % limits["min"])


class Run:
    """One service's scenario."""

    def __init__(self, name):
        self.name = name
        self.scenario = importlib.import_module("fidelity_" + name)
        # No name server knows the endpoint's name with a prefix.
        settings = dict(retries={"total_max_attempts": 1}, read_timeout=120, inject_host_prefix=False)
        self.client = boto3.client(name, config=Config(**settings))
        self.loose = boto3.client(name, config=Config(parameter_validation=False, **settings))
        self.model = self.client.meta.service_model
        self.context, self.rows = {}, {}
        self.raw = None
        for client in (self.client, self.loose):
            client.meta.events.register("before-parse.*", self.keep)

    def keep(self, response_dict, **more):
        self.raw = response_dict

    def row(self, operation):
        return self.rows.setdefault(operation, {"valid": 0, "errors": 0, "invalid": 0, "differences": []})

    def call(self, client, operation, parameters):
        self.raw = None
        try:
            answer = getattr(client, snake(operation))(**parameters)
            for value in answer.values():
                if hasattr(value, "read"):
                    value.read()
                elif type(value).__name__ == "EventStream":
                    list(value)
            return answer, None
        except ClientError as error:
            return None, error

    def parameters(self, step):
        given = step.parameters
        return given(self.context) if callable(given) else copy.deepcopy(given or {})

    def differ(self, operation, what):
        self.row(operation)["differences"].append(what)

    def check(self, operation, error, status=None):
        strict = Strict(self.scenario)
        model = self.model.operation_model(operation)
        if self.raw is None:
            strict.problem("", "no response was seen")
        elif error is None:
            strict.success(model, self.raw, status)
        else:
            strict.error(model, self.raw)
        return strict.problems

    def step(self, step):
        operation = step.operation
        row = self.row(operation)
        if isinstance(step, Until):
            self.until(step)
            return
        try:
            parameters = self.parameters(step)
        except Exception as e:  # an earlier step gave nothing to go on with
            self.differ(operation, "can't be called: %r" % e)
            return
        answer, error = self.call(self.client, operation, parameters)
        for problem in self.check(operation, error, getattr(step, "status", None)):
            self.differ(operation, problem)
        if isinstance(step, Call):
            row["valid"] += 1
            if error is not None:
                self.differ(operation, "failed: %s" % error)
                return
            if step.save:
                step.save(self.context, answer)
            if step.vary and row["invalid"] == 0 and operation not in self.scenario.NOT_VALIDATED:
                self.vary(operation, parameters)
            return
        row["errors"] += 1
        if error is None:
            self.differ(operation, "succeeded, where %s was due for %s" % (step.code, parameters))
            return
        code, said = error.response["Error"]["Code"], error.response["Error"]["Message"]
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if (code, status) != (step.code, step.status) or step.message not in said:
            self.differ(operation, "%d %s %r, where %d %s %r was due" % (
                status, code, said, step.status, step.code, step.message))

    def until(self, step):
        end = time.monotonic() + step.seconds
        while True:
            answer, error = self.call(self.client, step.operation, self.parameters(step))
            if error is None and step.condition(answer):
                return
            if time.monotonic() > end:
                self.differ(step.operation, "did not get there within %d s: %s" % (step.seconds, error or answer))
                return
            time.sleep(0.05)

    def vary(self, operation, valid):
        row = self.row(operation)
        model = self.model.operation_model(operation)
        for parameters, path, constraint in Variations(self.scenario, model, valid).found:
            if (operation, path) in self.scenario.NOT_VARIED:
                continue
            row["invalid"] += 1
            answer, error = self.call(self.loose, operation, parameters)
            if error is None:
                self.differ(operation, "accepts an invalid %s: %s" % (path, constraint))
                continue
            for problem in self.check(operation, error):
                self.differ(operation, "invalid %s: %s" % (path, problem))
            code, said = error.response["Error"]["Code"], error.response["Error"]["Message"]
            shown = r"(?: null| '.*?'|)"
            wanted = r"(?s)\d+ validation errors? detected: .*Value" + shown + " at " + re.escape(
                "'%s' failed to satisfy constraint: %s" % (path, constraint))
            own = getattr(self.scenario, "is_invalid", None)
            if own:
                if not own(code, said, path):
                    self.differ(operation, "invalid %s (%s): %s %s" % (path, constraint[:60], code, said[:300]))
                continue
            due = getattr(self.scenario, "VALIDATION", getattr(self.scenario, "VALIDATION_CODE", "ValidationException"))
            if code != due or not re.match(wanted, said):
                self.differ(operation, "invalid %s (%s): %s %s" % (path, constraint[:60], code, said[:300]))

    def refused(self):
        """Operations without a step: the server must not have them."""
        for operation in self.model.operation_names:
            if operation in self.rows:
                continue
            parameters = {}
            shape = self.model.operation_model(operation).input_shape
            for name in shape.required_members if shape else ():
                named = getattr(self.scenario, "REFUSED_PARAMETERS", {})
                parameters[name] = named[name] if name in named else {"blob": b"{}", "integer": 1, "long": 1, "list": [], "map": {}, "structure": {},
                                    "boolean": True, "timestamp": 0}.get(shape.members[name].type_name, "x")
            answer, error = self.call(self.loose, operation, parameters)
            code = error.response["Error"]["Code"] if error else "success"
            if code not in getattr(self.scenario, "REFUSED_CODES", ("NotImplemented",)):
                self.differ(operation, "is answered (%s), but has no step in fidelity_%s" % (code, self.name))

    def run(self):
        for step in self.scenario.STEPS:
            self.step(step)
        self.refused()
        width = max(map(len, self.rows))
        print("%-*s  valid  errors  invalid  differences" % (width, self.name))
        bad = 0
        for operation, row in sorted(self.rows.items()):
            differences = list(dict.fromkeys(row["differences"]))
            bad += len(differences)
            print("%-*s  %5d  %6d  %7d  %s" % (width, operation, row["valid"], row["errors"], row["invalid"],
                                               len(differences) or "none"))
            for difference in differences:
                print("    - " + difference)
        missing = len(self.model.operation_names) - len(self.rows)
        print("%d operations checked, %d refused, %d differences\n" % (len(self.rows), missing, bad))
        return bad


if __name__ == "__main__":
    sys.modules["fidelity"] = sys.modules["__main__"]
    found = sum(Run(service).run() for service in sys.argv[1:] or ["lambda"])
    print("all answers fit" if found == 0 else "%d differences" % found)
    sys.exit(1 if found else 0)
