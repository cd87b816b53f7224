"""ECS's scenario for `fidelity.py`, over tasks that run a shell."""
from fidelity import Call, Fail, Until

VALIDATION = "InvalidParameterException"
ALWAYS = {
    "Cluster": ("clusterArn", "clusterName", "status", "registeredContainerInstancesCount", "runningTasksCount",
                "pendingTasksCount", "activeServicesCount", "statistics", "tags", "settings", "capacityProviders",
                "defaultCapacityProviderStrategy"),
    "TaskDefinition": ("taskDefinitionArn", "containerDefinitions", "family", "revision", "volumes", "status",
                       "requiresAttributes", "placementConstraints", "compatibilities", "registeredAt",
                       "registeredBy"),
    "ContainerDefinition": ("name", "image", "cpu", "portMappings", "essential", "environment", "mountPoints",
                            "volumesFrom", "systemControls"),
    "Task": ("attachments", "attributes", "availabilityZone", "clusterArn", "containers", "cpu", "createdAt",
             "desiredStatus", "enableExecuteCommand", "group", "healthStatus", "lastStatus", "launchType", "memory",
             "overrides", "tags", "taskArn", "taskDefinitionArn", "version"),
    "Container": ("containerArn", "taskArn", "name", "image", "lastStatus", "networkInterfaces"),
    "Service": ("serviceArn", "serviceName", "clusterArn", "loadBalancers", "serviceRegistries", "status",
                "desiredCount", "runningCount", "pendingCount", "taskDefinition", "deploymentConfiguration",
                "deployments", "events", "createdAt", "placementConstraints", "placementStrategy",
                "schedulingStrategy", "deploymentController", "createdBy", "enableECSManagedTags", "propagateTags",
                "enableExecuteCommand"),
    "Deployment": ("id", "status", "taskDefinition", "desiredCount", "pendingCount", "runningCount", "failedTasks",
                   "createdAt", "updatedAt", "rolloutState", "rolloutStateReason"),
    "ServiceEvent": ("id", "createdAt", "message"),
    "Failure": ("arn", "reason"),
    "RunTaskResponse": ("tasks", "failures"),
    "DescribeTasksResponse": ("tasks", "failures"),
    "DescribeServicesResponse": ("services", "failures"),
    "DescribeClustersResponse": ("clusters", "failures"),
}
MAY_LACK = set()
OPEN_ENUMS = set()
UNLISTED_ERRORS = {("ListTagsForResource", "ResourceNotFoundException")}
NOT_VARIED = set()
NOT_VALIDATED = set()

INVALID, CLIENT = "InvalidParameterException", "ClientException"
RUNS = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "assignPublicIp": "ENABLED"}}


def container(script=RUNS, **more):
    return {"name": "main", "image": "busybox", "entryPoint": ["sh", "-c"], "command": [script], "memory": 64,
            "stopTimeout": 2, **more}


def keep(name, path):
    def save(c, answer):
        for step in path:
            answer = answer[step]
        c[name] = answer
    return save


def task(c, **more):
    return {"cluster": "fidelity", "task": c["task"], **more}


def tasks(c, **more):
    return {"cluster": "fidelity", "tasks": [c["task"]], **more}


def services(c, **more):
    return {"cluster": "fidelity", "services": ["web"], **more}


STEPS = [
    # Clusters
    Call("CreateCluster", {"clusterName": "fidelity", "tags": [{"key": "a", "value": "b"}],
                           "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
                           "settings": [{"name": "containerInsights", "value": "enabled"}]},
         save=keep("cluster", ["cluster", "clusterArn"])),
    Fail("CreateCluster", {"clusterName": "no blanks"}, 400, INVALID),
    Fail("CreateCluster", {"clusterName": "x", "capacityProviders": ["mine"]}, 400, INVALID, "mine"),
    Call("DescribeClusters", {"clusters": ["fidelity", "absent"],
                              "include": ["ATTACHMENTS", "CONFIGURATIONS", "SETTINGS", "STATISTICS", "TAGS"]}),
    Call("ListClusters"),
    Fail("ListClusters", {"nextToken": "?"}, 400, INVALID),
    Call("UpdateCluster", {"cluster": "fidelity", "settings": [{"name": "containerInsights", "value": "disabled"}]}),
    Call("UpdateClusterSettings", {"cluster": "fidelity",
                                   "settings": [{"name": "containerInsights", "value": "enabled"}]}),
    Fail("UpdateCluster", {"cluster": "absent"}, 400, "ClusterNotFoundException", "Cluster not found."),
    Call("PutClusterCapacityProviders", {"cluster": "fidelity", "capacityProviders": ["FARGATE"],
                                         "defaultCapacityProviderStrategy": [
                                             {"capacityProvider": "FARGATE", "weight": 1}]}),
    Call("DescribeCapacityProviders", {"capacityProviders": ["FARGATE", "other"]}),
    Call("ListContainerInstances", {"cluster": "fidelity"}),
    Call("DescribeContainerInstances", {"cluster": "fidelity", "containerInstances": ["absent"]}),

    # Task definitions
    Call("RegisterTaskDefinition", {
        "family": "web", "networkMode": "awsvpc", "cpu": "256", "memory": "512",
        "requiresCompatibilities": ["FARGATE"], "tags": [{"key": "a", "value": "b"}],
        "taskRoleArn": "arn:aws:iam::000000000000:role/task", "volumes": [{"name": "shared"}],
        "runtimePlatform": {"cpuArchitecture": "X86_64", "operatingSystemFamily": "LINUX"},
        "containerDefinitions": [container(
            portMappings=[{"containerPort": 8080}], environment=[{"name": "A", "value": "B"}],
            mountPoints=[{"sourceVolume": "shared", "containerPath": "/shared"}],
            healthCheck={"command": ["CMD-SHELL", "true"], "interval": 5})]},
         save=keep("definition", ["taskDefinition", "taskDefinitionArn"])),
    Call("RegisterTaskDefinition", {"family": "plain", "containerDefinitions": [container()]}, vary=False),
    Fail("RegisterTaskDefinition", {"family": "bad name", "containerDefinitions": [container()]}, 400, CLIENT),
    Fail("RegisterTaskDefinition", {"family": "x", "containerDefinitions": [{"name": "a", "memory": 64}]}, 400, CLIENT,
         "Container.image should not be null or empty."),
    Fail("RegisterTaskDefinition", {"family": "x", "containerDefinitions": [
        container(ulimits=[{"name": "core", "softLimit": 1, "hardLimit": 1}])]}, 400, CLIENT, "ulimits"),
    Fail("RegisterTaskDefinition", {"family": "x", "containerDefinitions": [
        container(essential=False), container(name="b", essential=False)]}, 400, CLIENT),
    Fail("RegisterTaskDefinition", {"family": "x", "cpu": "256", "memory": "4096", "networkMode": "awsvpc",
                                    "requiresCompatibilities": ["FARGATE"], "containerDefinitions": [container()]},
         400, CLIENT, "No Fargate configuration exists for given values"),
    Call("DescribeTaskDefinition", {"taskDefinition": "web", "include": ["TAGS"]}),
    Fail("DescribeTaskDefinition", {"taskDefinition": "absent"}, 400, CLIENT, "Unable to describe task definition."),
    Call("ListTaskDefinitions", {"familyPrefix": "web", "sort": "DESC"}),
    Call("ListTaskDefinitionFamilies", {"status": "ACTIVE"}),

    # Tasks
    Call("RunTask", lambda c: {"cluster": "fidelity", "taskDefinition": "web", "launchType": "FARGATE",
                               "networkConfiguration": NETWORK, "count": 1, "startedBy": "fidelity",
                               "tags": [{"key": "a", "value": "b"}], "clientToken": "once",
                               "overrides": {"containerOverrides": [
                                   {"name": "main", "environment": [{"name": "A", "value": "C"}]}]}},
         save=keep("task", ["tasks", 0, "taskArn"])),
    Until("DescribeTasks", tasks, lambda a: a["tasks"][0]["lastStatus"] == "RUNNING"),
    Until("DescribeTasks", tasks, lambda a: a["tasks"][0]["healthStatus"] == "HEALTHY"),
    Call("DescribeTasks", lambda c: tasks(c, include=["TAGS"])),
    Call("DescribeTasks", {"cluster": "fidelity", "tasks": ["absent"]}, vary=False),
    Fail("DescribeTasks", {"cluster": "fidelity", "tasks": []}, 400, INVALID),
    Fail("DescribeTasks", {"cluster": "absent", "tasks": ["x"]}, 400, "ClusterNotFoundException"),
    Call("ListTasks", {"cluster": "fidelity", "family": "web", "desiredStatus": "RUNNING"}),
    Fail("RunTask", {"cluster": "fidelity", "taskDefinition": "absent"}, 400, CLIENT, "TaskDefinition not found."),
    Fail("RunTask", {"cluster": "absent", "taskDefinition": "web"}, 400, "ClusterNotFoundException"),
    Fail("RunTask", {"cluster": "fidelity", "taskDefinition": "web"}, 400, INVALID, "Network Configuration"),
    Fail("RunTask", {"cluster": "fidelity", "taskDefinition": "plain", "count": 11}, 400, INVALID),
    Fail("RunTask", {"cluster": "fidelity", "taskDefinition": "plain", "launchType": "FARGATE"}, 400, INVALID,
         "Task definition does not support launch_type FARGATE."),
    Fail("RunTask", {"cluster": "fidelity", "taskDefinition": "plain", "enableExecuteCommand": True}, 400, INVALID,
         "enableExecuteCommand"),
    Call("StartTask", {"cluster": "fidelity", "taskDefinition": "plain", "containerInstances": ["i"]},
         save=keep("plain", ["tasks", 0, "taskArn"])),
    Until("DescribeTasks", lambda c: {"cluster": "fidelity", "tasks": [c["plain"]]},
          lambda a: a["tasks"][0]["lastStatus"] == "RUNNING"),
    Call("DescribeTasks", lambda c: {"cluster": "fidelity", "tasks": [c["plain"]]}, vary=False),
    Call("StopTask", lambda c: task(c, reason="enough")),
    Call("StopTask", lambda c: {"cluster": "fidelity", "task": c["plain"]}, vary=False),
    Fail("StopTask", {"cluster": "fidelity", "task": "absent"}, 400, INVALID, "The referenced task was not found."),
    Until("DescribeTasks", tasks, lambda a: a["tasks"][0]["lastStatus"] == "STOPPED"),
    Until("DescribeTasks", lambda c: {"cluster": "fidelity", "tasks": [c["plain"]]},
          lambda a: a["tasks"][0]["lastStatus"] == "STOPPED"),
    Call("DescribeTasks", tasks, vary=False),

    # Services
    Call("CreateService", {"cluster": "fidelity", "serviceName": "web", "taskDefinition": "web", "desiredCount": 1,
                           "launchType": "FARGATE", "networkConfiguration": NETWORK,
                           "deploymentConfiguration": {
                               "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                               "maximumPercent": 200, "minimumHealthyPercent": 100},
                           "tags": [{"key": "a", "value": "b"}], "propagateTags": "SERVICE"},
         save=keep("service", ["service", "serviceArn"])),
    Fail("CreateService", {"cluster": "fidelity", "serviceName": "web", "taskDefinition": "web", "desiredCount": 9,
                           "launchType": "FARGATE", "networkConfiguration": NETWORK}, 400, INVALID,
         "Creation of service was not idempotent."),
    Fail("CreateService", {"cluster": "fidelity", "serviceName": "y", "taskDefinition": "plain",
                           "deploymentController": {"type": "CODE_DEPLOY"}}, 400, INVALID, "CODE_DEPLOY"),
    Fail("CreateService", {"cluster": "fidelity", "serviceName": "y", "taskDefinition": "plain", "loadBalancers": [
        {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/x/1",
         "containerName": "main", "containerPort": 80}]}, 400, INVALID, "target group"),
    Until("DescribeServices", services, lambda a: a["services"][0]["deployments"][0]["rolloutState"] == "COMPLETED"),
    Call("DescribeServices", lambda c: services(c, include=["TAGS"])),
    Call("DescribeServices", {"cluster": "fidelity", "services": ["absent"]}, vary=False),
    Call("ListServices", {"cluster": "fidelity", "launchType": "FARGATE", "schedulingStrategy": "REPLICA"}),
    Call("UpdateService", {"cluster": "fidelity", "service": "web", "desiredCount": 2}),
    Call("UpdateService", {"cluster": "fidelity", "service": "web", "forceNewDeployment": True}, vary=False),
    Until("DescribeServices", services, lambda a: a["services"][0]["deployments"][0]["rolloutState"] == "COMPLETED"),
    Fail("UpdateService", {"cluster": "fidelity", "service": "absent"}, 400, "ServiceNotFoundException"),

    # Tags and settings
    Call("TagResource", lambda c: {"resourceArn": c["service"], "tags": [{"key": "stage", "value": "test"}]}),
    Call("TagResource", lambda c: {"resourceArn": c["cluster"], "tags": [{"key": "s", "value": "t"}]}, vary=False),
    Call("ListTagsForResource", lambda c: {"resourceArn": c["service"]}),
    Call("UntagResource", lambda c: {"resourceArn": c["service"], "tagKeys": ["stage"]}),
    Fail("ListTagsForResource", {"resourceArn": "nothing"}, 400, INVALID, "Invalid identifier"),
    Fail("TagResource", lambda c: {"resourceArn": c["service"], "tags": [{"key": "aws:x", "value": "1"}]}, 400,
         INVALID),
    Call("PutAccountSetting", {"name": "containerInsights", "value": "enabled"}),
    Call("PutAccountSettingDefault", {"name": "taskLongArnFormat", "value": "enabled"}),
    Fail("PutAccountSetting", {"name": "containerInsights", "value": "perhaps"}, 400, INVALID),
    Call("ListAccountSettings", {"effectiveSettings": True}),
    Call("DeleteAccountSetting", {"name": "containerInsights"}),

    # The end
    Fail("DeleteCluster", {"cluster": "fidelity"}, 400, "ClusterContainsServicesException"),
    Fail("DeleteService", {"cluster": "fidelity", "service": "web"}, 400, INVALID, "scaled above 0"),
    Call("DeleteService", {"cluster": "fidelity", "service": "web", "force": True}),
    Until("DescribeServices", services, lambda a: a["services"][0]["status"] == "INACTIVE"),
    Call("DescribeServices", services, vary=False),
    Fail("UpdateService", {"cluster": "fidelity", "service": "web"}, 400, "ServiceNotActiveException"),
    Call("DeregisterTaskDefinition", {"taskDefinition": "web:1"}),
    Fail("DeregisterTaskDefinition", {"taskDefinition": "web:99"}, 400, CLIENT),
    Call("DeleteTaskDefinitions", {"taskDefinitions": ["web:1", "plain:1"]}),
    Call("DeleteCluster", {"cluster": "fidelity"}),
    Fail("DeleteCluster", {"cluster": "fidelity"}, 400, "ClusterNotFoundException"),
]
