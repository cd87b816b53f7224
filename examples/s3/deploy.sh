#!/bin/sh
# Deploys a function whose archive lies in S3, and then another version of it, as build pipelines do; with the aws CLI alone.
# Needs a server (`make run`) and python3 (for the archive).
set -eu
export AWS_ENDPOINT_URL="${AWS_ENDPOINT_URL:-http://127.0.0.1:4566}" AWS_PAGER= AWS_DEFAULT_REGION="${AWS_DEFAULT_REGION:-us-east-1}"
export AWS_ACCESS_KEY_ID="${AWS_ACCESS_KEY_ID:-test}" AWS_SECRET_ACCESS_KEY="${AWS_SECRET_ACCESS_KEY:-test}"
bucket=deployments-$$
name=from-s3-$$
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

archive() { # text that the function answers
    printf 'def handler(event, context):\n    return "%s"\n' "$1" > "$work/app.py"
    (cd "$work" && rm -f app.zip && python3 -m zipfile -c app.zip app.py)
}

answer() {
    aws lambda wait function-updated-v2 --function-name "$name"
    aws lambda invoke --function-name "$name" "$work/answer" > /dev/null
    cat "$work/answer" && echo
}

aws s3 mb "s3://$bucket"
aws s3api put-bucket-versioning --bucket "$bucket" --versioning-configuration Status=Enabled
archive one
first=$(aws s3api put-object --bucket "$bucket" --key app.zip --body "$work/app.zip" --query VersionId --output text)
aws lambda create-function --function-name "$name" --runtime python3.12 --handler app.handler \
    --role arn:aws:iam::000000000000:role/any --code "S3Bucket=$bucket,S3Key=app.zip" --query FunctionArn --output text
aws lambda wait function-active-v2 --function-name "$name"
answer

archive two
aws s3 cp --only-show-errors "$work/app.zip" "s3://$bucket/app.zip"
aws lambda update-function-code --function-name "$name" --s3-bucket "$bucket" --s3-key app.zip --query CodeSha256 --output text
answer

# And back to the first version.
aws lambda update-function-code --function-name "$name" --s3-bucket "$bucket" --s3-key app.zip --s3-object-version "$first" \
    --query CodeSha256 --output text
answer
