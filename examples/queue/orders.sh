#!/bin/sh
# A function that an SQS queue feeds: a filter lets through what is an order, a message that fails twice goes to the
# dead-letter queue. Needs a server (`make run`), the AWS CLI and python3 (for the archive).
set -eu
export AWS_ENDPOINT_URL="${AWS_ENDPOINT_URL:-http://127.0.0.1:4566}" AWS_PAGER= AWS_DEFAULT_REGION=us-east-1
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
arn=arn:aws:sqs:us-east-1:000000000000
# The AWS CLI 1 does not look at AWS_ENDPOINT_URL for queues.
sqs() { operation=$1; shift; aws sqs "$operation" --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }
archive=$(mktemp -d)/orders.zip
(cd "$(dirname "$0")" && python3 -m zipfile -c "$archive" orders.py)

aws lambda create-function --function-name orders --runtime python3.12 --handler orders.handler \
  --role arn:aws:iam::000000000000:role/any --zip-file "fileb://$archive" --query FunctionArn --output text
aws lambda wait function-active-v2 --function-name orders
dead=$(sqs create-queue --queue-name orders-dead --query QueueUrl --output text)
queue=$(sqs create-queue --queue-name orders --query QueueUrl --output text --attributes \
  '{"VisibilityTimeout":"3","RedrivePolicy":"{\"deadLetterTargetArn\":\"'$arn':orders-dead\",\"maxReceiveCount\":2}"}')
mapping=$(aws lambda create-event-source-mapping --function-name orders --event-source-arn $arn:orders \
  --function-response-types ReportBatchItemFailures \
  --filter-criteria '{"Filters":[{"Pattern":"{\"body\":{\"kind\":[\"order\"]}}"}]}' --query UUID --output text)

for body in '{"kind":"order","amount":12}' '{"kind":"order"}' '{"kind":"greeting"}'; do
  sqs send-message --queue-url "$queue" --message-body "$body" --query MessageId --output text
done
echo "In the dead-letter queue, within ten seconds:"
sqs receive-message --queue-url "$dead" --wait-time-seconds 20 --query 'Messages[].Body' --output text
echo "What the function wrote:"
aws logs filter-log-events --log-group-name /aws/lambda/orders --filter-pattern order --query 'events[].message' --output text

aws lambda delete-event-source-mapping --uuid "$mapping" --query State --output text
for url in "$queue" "$dead"; do sqs delete-queue --queue-url "$url"; done
aws lambda delete-function --function-name orders
