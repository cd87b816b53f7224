"""Reads the XML answers of the query protocols, AWS's own and EC2's, into trees as `fidelity.Strict` checks them.

Elements that no member has, and text between elements, become differences here, as they would be lost in the tree.
"""
import xml.etree.ElementTree as ET

TIMES = "0123456789-:.TZ"


def local(element):
    return element.tag.rpartition("}")[2]


def namespace(element):
    return element.tag.rpartition("}")[0].lstrip("{")


class Reader:
    """Turns elements into the values of their shapes; `problem` takes a path and what is wrong there."""

    def __init__(self, problem):
        self.problem = problem

    def structure(self, elements, shape, path):
        names = {self.name(shape, n): n for n in shape.members}
        tree = {}
        for element in elements:
            name = local(element)
            here = path + "." + name if path else name
            if name not in names:
                self.problem(here, "no member of " + shape.name)
                continue
            member = shape.members[names[name]]
            wire = member.serialization.get("name", names[name])
            if member.type_name == "list" and member.serialization.get("flattened"):
                tree.setdefault(wire, []).append(self.value(element, member.member, here))
            elif wire in tree:
                self.problem(here, "there twice")
            else:
                tree[wire] = self.value(element, member, here)
        return tree

    @staticmethod
    def name(shape, member):
        found = shape.members[member]
        if found.type_name == "list" and found.serialization.get("flattened"):
            return found.member.serialization.get("name", found.serialization.get("name", member))
        return found.serialization.get("name", member)

    def value(self, element, shape, path):
        kind = shape.type_name
        children = list(element)
        if kind in ("structure", "list", "map") and (element.text or "").strip():
            self.problem(path, "text instead of a " + kind)
        if kind == "structure":
            tree = self.structure(children, shape, path)
            for name, member in shape.members.items():
                wire = member.serialization.get("name", name)
                for attribute, text in element.attrib.items():
                    if member.serialization.get("xmlAttribute") and attribute.rpartition("}")[2] == wire.rpartition(":")[2]:
                        tree[wire] = text
            return tree
        if kind == "list":
            item = shape.member.serialization.get("name", "member")
            for child in children:
                if local(child) != item:
                    self.problem(path + "." + local(child), "a list's element must be called " + item)
            return [self.value(child, shape.member, "%s[%d]" % (path, i)) for i, child in enumerate(children)]
        if kind == "map":
            return {self.entry(child, shape.key, "key"): self.value(
                next(c for c in child if local(c) == shape.value.serialization.get("name", "value")),
                shape.value, path) for child in children}
        return self.scalar(element.text or "", kind, path)

    @staticmethod
    def entry(element, shape, name):
        return next(c for c in element if local(c) == shape.serialization.get("name", name)).text or ""

    def scalar(self, text, kind, path):
        if kind in ("integer", "long", "float", "double"):
            try:
                return float(text) if kind in ("float", "double") else int(text)
            except ValueError:
                return text
        if kind == "boolean":
            return {"true": True, "false": False}.get(text, text)
        if kind == "timestamp" and (not text or text.strip(TIMES)):
            self.problem(path, "%r is no ISO 8601 time" % text)
        return text


def parsed(body, problem):
    try:
        return ET.fromstring(body)
    except ET.ParseError as e:
        problem("", "no XML: %s: %r" % (e, body[:80]))
        return None


def success(strict, operation, response):
    """Checks what is around an answer, and gives its tree; None when there is no answer."""
    root = parsed(response["body"], strict.problem)
    if root is None:
        return None
    metadata = operation.service_model.metadata
    if local(root) != operation.name + "Response":
        strict.problem("", "the root is %s" % local(root))
    if namespace(root) != metadata["xmlNamespace"] and metadata["protocol"] == "query":
        strict.problem("", "the namespace is %r" % namespace(root))
    children = list(root)
    if metadata["protocol"] == "ec2":
        if not any(local(child) == "requestId" and child.text for child in children):
            strict.problem("", "no requestId")
        # AWS answers `<return>true</return>` where the model has no output.
        around = {"requestId"} if operation.output_shape else {"requestId", "return"}
        children = [child for child in children if local(child) not in around]
    else:
        last = children.pop() if children else None
        if last is None or local(last) != "ResponseMetadata" or not last.findtext("{*}RequestId"):
            strict.problem("", "no ResponseMetadata with a RequestId")
        wrapper = operation.output_shape.serialization.get("resultWrapper") if operation.output_shape else None
        if [local(child) for child in children] != ([wrapper] if wrapper else []):
            strict.problem("", "%s, where %s was due" % ([local(child) for child in children], wrapper))
        children = list(children[0]) if children else []
    if operation.output_shape is None:
        if children:
            strict.problem("", "members, where the model has none")
        return {}
    return Reader(strict.problem).structure(children, operation.output_shape, "")


def located(shape):
    return {name for name, member in shape.members.items() if member.serialization.get("location")}


def rest_success(strict, operation, response, headers):
    """Checks what is around an answer of S3, and gives its tree with its shape; a tree of None when there is none."""
    for name in ("x-amz-request-id", "x-amz-id-2"):
        if name not in headers:
            strict.problem("", "no " + name)
    shape = operation.output_shape
    body = response["body"]
    payload = shape.serialization.get("payload") if shape is not None else None
    if payload:
        shape = shape.members[payload]
    if not isinstance(body, bytes) or shape is not None and shape.type_name != "structure":
        return None, shape
    if shape is None or set(shape.members) <= located(shape):
        if body:
            strict.problem("", "a body, where the model has none: %r" % body[:80])
        return None, shape
    root = parsed(body, strict.problem)
    if root is None or operation.name == "GetBucketLocation":  # its member is the root itself
        return None, shape
    if namespace(root) != "http://s3.amazonaws.com/doc/2006-03-01/":
        strict.problem("", "the namespace is %r" % namespace(root))
    return Reader(strict.problem).structure(list(root), shape, ""), shape


def rest_error(strict, operation, response, headers):
    """Checks an error of S3. Those of HEAD have no body."""
    if "x-amz-request-id" not in headers:
        strict.problem("", "an error without x-amz-request-id")
    if operation.http["method"] == "HEAD" or response["status_code"] == 304:
        if response["body"]:
            strict.problem("", "a body, where there can be none")
        return
    root = parsed(response["body"], strict.problem)
    if root is None:
        return
    if local(root) != "Error" or namespace(root):
        strict.problem("", "no error: %r" % response["body"][:80])
    for name in ("Code", "Message", "RequestId", "HostId"):
        if not root.findtext(name):
            strict.problem("", "an error without " + name)


def error(strict, operation, response):
    """Checks an error of one of the protocols."""
    root = parsed(response["body"], strict.problem)
    if root is None:
        return
    ec2 = operation.service_model.metadata["protocol"] == "ec2"
    found = root.find("{*}Errors/{*}Error") if ec2 else root.find("{*}Error")
    if local(root) != ("Response" if ec2 else "ErrorResponse") or found is None:
        strict.problem("", "no error: %r" % response["body"][:80])
        return
    if not root.findtext("{*}RequestID" if ec2 else "{*}RequestId"):
        strict.problem("", "an error without a request id")
    code = found.findtext("{*}Code") or ""
    if not found.findtext("{*}Message"):
        strict.problem("", "an error without a message")
    if not ec2 and found.findtext("{*}Type") not in ("Sender", "Receiver"):
        strict.problem("", "an error of the type %r" % found.findtext("{*}Type"))
    listed = {shape.metadata.get("error", {}).get("code", shape.name): shape for shape in operation.error_shapes}
    shape = listed.get(code)
    if shape is None and not ec2 and code not in strict.common and (
            operation.name, code) not in strict.service.UNLISTED_ERRORS:
        strict.problem("", "error %s is none of %s" % (code, ", ".join(sorted(listed))))
    wanted = shape.metadata.get("error", {}).get("httpStatusCode") if shape is not None else None
    if wanted and wanted != response["status_code"]:
        strict.problem("", "status %d for %s instead of %d" % (response["status_code"], code, wanted))
