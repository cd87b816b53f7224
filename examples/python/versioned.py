def handler(event, context):
    return {"version": context.function_version}
