// Writes its answer in pieces: whoever calls its function URL has each one as soon as it is written.
export const handler = awslambda.streamifyResponse(async (event, responseStream) => {
  const out = awslambda.HttpResponseStream.from(responseStream, {
    statusCode: 200,
    headers: { "Content-Type": "text/plain" },
  });
  for (const word of ["one", "two", "three"]) {
    out.write(word);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  out.end();
});
