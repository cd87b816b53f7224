// A streaming function: two parts with a pause between them, or what else its event says.
const pause = (millis) => new Promise((done) => setTimeout(done, millis));

export const handler = awslambda.streamifyResponse(async (event, stream) => {
  if (event.rawPath !== undefined) {
    stream = awslambda.HttpResponseStream.from(stream, {
      statusCode: 202, headers: { 'content-type': 'text/plain', 'x-own': 'yes' }, cookies: ['c=1'],
    });
  }
  stream.write(`first at ${Date.now()}\n`);
  await pause(event.sleepMillis ?? 500);
  if (event.fail) throw new TypeError(event.fail);
  for (let left = event.bytes ?? 0; left > 0; left -= 1 << 16) {
    if (!stream.write(Buffer.alloc(1 << 16, 'x'))) await new Promise((done) => stream.once('drain', done));
  }
  stream.write('last\n');
  stream.end();
});
