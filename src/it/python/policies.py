"""Enforces the NetworkPolicies of one namespace on a single-node cluster whose pods hang on a bridge: `policies.py NAMESPACE`,
as root. A stand-in for what a network plugin does, for clusters that have none: the bare one. It reads policies and pods from
the API server twice a second and writes iptables rules, for the addresses of that namespace's pods only; what the node itself
sends is let through, as Kubernetes says. Ends when its standard input does, and takes its rules away.
"""
import json
import os
import select
import subprocess
import sys

NAMESPACE = sys.argv[1]
# At most 28 characters; one chain for what pods send, one for what they get.
CHAINS = {"Egress": "IT-OUT-" + NAMESPACE[-16:], "Ingress": "IT-IN-" + NAMESPACE[-16:]}


def iptables(*words, check=True):
    subprocess.run(["iptables", "-w", "60", *words], check=check, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def items(kind):
    command = ["kubectl", "--namespace", NAMESPACE, "get", kind, "-o", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["items"]


def selected(pods, selector):
    assert set(selector) <= {"matchLabels"}, selector
    wanted = selector.get("matchLabels", {}).items()
    return [pod["status"]["podIP"] for pod in pods if wanted <= pod["metadata"]["labels"].items()]


def blocks(pods, peers):
    """The IPv4 blocks that peers stand for; no peers are everybody."""
    for peer in peers or [{"ipBlock": {"cidr": "0.0.0.0/0"}}]:
        assert len(peer) == 1 and set(peer) <= {"ipBlock", "podSelector"}, peer
        if "podSelector" in peer:
            yield from selected(pods, peer["podSelector"])
        elif ":" not in peer["ipBlock"]["cidr"]:
            yield peer["ipBlock"]["cidr"]


def ports(entries):
    for port in entries or []:
        yield f" -p {port['protocol'].lower()} --dport {port['port']}:{port.get('endPort', port['port'])}"
    if not entries:
        yield ""


def rules(direction, pods, policies):
    """What each pod that a policy selects may send or get; everything else of it is refused."""
    own, other, member = ("-s", "-d", "to") if direction == "Egress" else ("-d", "-s", "from")
    lines, closed = ["-m conntrack --ctstate ESTABLISHED,RELATED -j RETURN"], set()
    for spec in policies:
        if direction in spec["policyTypes"]:
            for address in selected(pods, spec["podSelector"]):
                closed.add(address)
                for entry in spec.get(direction.lower()) or []:
                    lines += [f"{own} {address} {other} {block}{port} -j RETURN" for block in blocks(pods, entry.get(member))
                              for port in ports(entry.get("ports"))]
    for address in sorted(closed):
        lines += [f"{own} {address} -p tcp -j REJECT --reject-with tcp-reset", f"{own} {address} -j REJECT"]
    return "".join(f"-A {CHAINS[direction]} {line}\n" for line in lines)


def write():
    pods = [pod for pod in items("pods") if pod["status"].get("podIP") and pod["status"].get("phase") == "Running"]
    policies = [policy["spec"] for policy in items("networkpolicies")]
    chains = "".join(f":{chain} - [0:0]\n" for chain in CHAINS.values())
    table = "*filter\n" + chains + "".join(rules(direction, pods, policies) for direction in CHAINS) + "COMMIT\n"
    subprocess.run(["iptables-restore", "-w", "60", "-n"], input=table, check=True, text=True)


try:
    write()
    for chain in CHAINS.values():
        iptables("-I", "FORWARD", "-j", chain)
    print("enforcing", flush=True)
    while not (select.select([sys.stdin], [], [], 0.5)[0] and not os.read(0, 1)):
        write()
finally:
    for chain in CHAINS.values():
        iptables("-D", "FORWARD", "-j", chain, check=False)
        iptables("-F", chain, check=False)
        iptables("-X", chain, check=False)
