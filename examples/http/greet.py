import os


def hello(event):
    return {"message": "Hello " + event["name"], "folder": os.getcwd(), "timeout": os.environ["FUNC_TIMEOUT"],
            "memory": os.environ["FUNC_MEMORY_LIMIT"]}
