#!/bin/sh
# As in AWS's base images: one argument, the handler; the runtime talks to AWS_LAMBDA_RUNTIME_API.
if [ $# -ne 1 ]; then
  echo "lambda-entrypoint.sh: the handler must be the one argument" >&2
  exit 142
fi
export _HANDLER="$1"
if [ -z "$AWS_LAMBDA_RUNTIME_API" ]; then
  echo "lambda-entrypoint.sh: AWS_LAMBDA_RUNTIME_API is not set, and this image brings no emulator" >&2
  exit 1
fi
exec /var/runtime/bootstrap
