"""Security groups where NetworkPolicies are enforced: what a rule admits gets through, what none admits is refused. The script
`policies.py` enforces, in place of a network plugin. Ends with `all done`."""
import os
import subprocess
import sys

from compute import PYTHON_AMI, client, done, say, until, wait

ec2 = client("ec2")


def run(group, user_data):
    identity = ec2.run_instances(ImageId=PYTHON_AMI, InstanceType="t3.nano", MinCount=1, MaxCount=1, SecurityGroupIds=[group],
                                 UserData=user_data)["Instances"][0]["InstanceId"]
    wait(ec2, "instance_running", InstanceIds=[identity])
    return identity, ec2.describe_instances(InstanceIds=[identity])["Reservations"][0]["Instances"][0]["PrivateIpAddress"]


# Each line of the client's console is a new connection to both of the server's ports.
SERVER = """#!/usr/bin/env python3
import socket, time
listening = [socket.create_server(("", port)) for port in (8000, 9000)]
time.sleep(100000)
"""
CLIENT = """#!/usr/bin/env python3
import itertools, socket, time
def ask(port):
    try:
        socket.create_connection(("%s", port), timeout=2).close()
        return "open"
    except ConnectionRefusedError:
        return "refused"
    except OSError as error:
        return repr(error)
for attempt in itertools.count():
    print("TRY", attempt, ask(8000), ask(9000), flush=True)
    time.sleep(0.3)
"""
web, clients = [ec2.create_security_group(GroupName=name, Description="it")["GroupId"] for name in ("served", "asking")]
server, address = run(web, SERVER)
asking, own = run(clients, CLIENT % address)


def tries():
    output = ec2.get_console_output(InstanceId=asking, Latest=True).get("Output", "")
    return [line.split(maxsplit=2)[1:] for line in output.splitlines() if line.startswith("TRY ")]


def meets(what, expected):
    """Two attempts in a row that began after now end like this."""
    since = int(tries()[-1][0]) + 1 if tries() else 0
    until(what, lambda: [r for n, r in tries() if int(n) > since][-2:] == [expected] * 2)
    say(what)


meets("nothing enforces: both ports are open", "open open")
agent = subprocess.Popen([sys.executable, "src/it/python/policies.py", os.environ["PODIUM_IT_NAMESPACE"]], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE)
try:
    assert agent.stdout.readline() == b"enforcing\n"
    meets("no rule: both are refused", "refused refused")
    by_group = [{"IpProtocol": "tcp", "FromPort": 7990, "ToPort": 8010, "UserIdGroupPairs": [{"GroupId": clients}]}]
    ec2.authorize_security_group_ingress(GroupId=web, IpPermissions=by_group)
    meets("the clients' group may reach ports 7990 to 8010: one is open", "open refused")
    ec2.revoke_security_group_ingress(GroupId=web, IpPermissions=by_group)
    meets("revoked: both are refused", "refused refused")
    ec2.authorize_security_group_ingress(GroupId=web, IpProtocol="tcp", FromPort=9000, ToPort=9000, CidrIp=own + "/32")
    meets("the client's address may reach port 9000: it is open", "refused open")
    ec2.revoke_security_group_egress(GroupId=clients, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
    meets("the client may send nothing: both are refused", "refused refused")
finally:
    agent.stdin.close()
    assert agent.wait(120) == 0
ec2.terminate_instances(InstanceIds=[server, asking])
wait(ec2, "instance_terminated", InstanceIds=[server, asking])
done()
