import humanize


def handler(event, context):
    return humanize.intcomma(event["number"])
