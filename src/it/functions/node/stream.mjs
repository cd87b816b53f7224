// A streaming function: two parts with a pause between them, or what else its event says.
const pause = (millis) => new Promise((done) => setTimeout(done, millis));

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath !== undefined) {
    stream = awslambda.HttpResponseStream.from(stream, {
      statusCode: 202, headers: { 'content-type': 'text/plain', 'x-own': 'yes' }, cookies: ['c=1'],
    });
  }
  const asked = event.rawPath === undefined ? event : event.queryStringParameters ?? {};
  stream.write(`first at ${Date.now()}\n`);
  await pause(asked.sleepMillis ?? 500);
  if (asked.fail) throw new TypeError(asked.fail);
  for (let left = asked.bytes ?? 0; left > 0; left -= 1 << 16) {
    if (!stream.write(Buffer.alloc(1 << 16, 'x'))) await new Promise((done) => stream.once('drain', done));
  }
  stream.write('last\n');
  stream.end();
});
