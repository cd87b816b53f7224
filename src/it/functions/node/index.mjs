import os from 'node:os';

const started = `${os.hostname()}-${process.hrtime.bigint()}`;
let calls = 0;

/** The behaviour that every test function shares: the event says what to do. */
export const handler = async (event, context) => {
  calls += 1;
  console.log('node handles', JSON.stringify(event));
  if (event?.sleepMillis) await new Promise((done) => setTimeout(done, event.sleepMillis));
  if (event?.exitCode !== undefined) process.exit(event.exitCode);
  if (event?.fail) throw new TypeError(event.fail);
  return {
    runtime: 'node',
    echo: event,
    environment: started,
    calls,
    function: context.functionName,
    version: context.functionVersion,
    arn: context.invokedFunctionArn,
    requestId: context.awsRequestId,
    variable: process.env[event?.variable ?? ''] ?? null,
  };
};
