#!/bin/sh
# A function that one schedule invokes every minute and another one once, in five seconds. Needs a server (`make run`), the AWS
# CLI, python3 (for the archive) and curl.
set -eu
export AWS_ENDPOINT_URL="${AWS_ENDPOINT_URL:-http://127.0.0.1:4566}" AWS_PAGER= AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
role=arn:aws:iam::000000000000:role/any
archive=$(mktemp -d)/remind.zip
(cd "$(dirname "$0")" && python3 -m zipfile -c "$archive" remind.py)

function=$(aws lambda create-function --function-name remind --runtime python3.12 --handler remind.handler \
  --role $role --zip-file "fileb://$archive" --query FunctionArn --output text)
aws lambda wait function-active-v2 --function-name remind

target() {
  printf '{"Arn":"%s","RoleArn":"%s","Input":"{\\"of\\":\\"%s\\",\\"time\\":\\"<aws.scheduler.scheduled-time>\\"}"}' "$function" $role "$1"
}
aws scheduler create-schedule --name every-minute --schedule-expression 'rate(1 minute)' \
  --flexible-time-window Mode=OFF --target "$(target breathing)"
once=$(aws scheduler create-schedule --name once --flexible-time-window Mode=OFF --target "$(target lunch)" \
  --schedule-expression "at($(python3 -c 'import time; print(time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 5)))'))" \
  --query ScheduleArn --output text)

sleep 8
echo "The last runs of $once:"
curl -s "$AWS_ENDPOINT_URL/_podium/schedules/$once"
echo
echo "What the function wrote:"
aws logs filter-log-events --log-group-name /aws/lambda/remind --filter-pattern reminded --query 'events[].message' --output text

for name in every-minute once; do aws scheduler delete-schedule --name $name; done
aws lambda delete-function --function-name remind
