// Runs a Node.js function: asks Podium's Runtime API for invocations over one kept connection.
// Stands in for Amazon's runtime client on the embedded cluster. Needs nothing but Node.js 14 or later.
'use strict';
const net = require('net');
const fs = require('fs');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');

const PREFIX = '/2018-06-01/runtime/';
const ADDRESS = process.env.AWS_LAMBDA_RUNTIME_API;
const STREAMING = Symbol('streaming');
let requestId;

function gone() {
  // The server is gone, and with it all that this process is for.
  process.exit(1);
}

class Connection {
  constructor() {
    this.socket = null;
    this.buffer = Buffer.alloc(0);
    this.waiting = null;
  }

  open() {
    const colon = ADDRESS.lastIndexOf(':');
    const socket = net.connect({ host: ADDRESS.slice(0, colon), port: Number(ADDRESS.slice(colon + 1)) });
    this.buffer = Buffer.alloc(0);
    this.socket = socket;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60000);
    socket.on('data', (data) => {
      this.buffer = this.buffer.length === 0 ? data : Buffer.concat([this.buffer, data]);
      this.parse();
    });
    const lost = () => {
      if (this.socket === socket) this.lost();
    };
    socket.on('error', lost);
    socket.on('close', lost);
  }

  lost() {
    this.socket = null;
    const waiting = this.waiting;
    if (waiting === null) return;
    if (!waiting.kept) return gone();
    // An idle connection may have been closed meanwhile: once more on a new one.
    waiting.kept = false;
    this.open();
    this.socket.write(waiting.request);
  }

  parse() {
    const waiting = this.waiting;
    if (waiting === null) return;
    if (waiting.status === undefined) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const lines = this.buffer.toString('latin1', 0, end).split('\r\n');
      waiting.status = Number(lines[0].split(' ')[1]);
      waiting.headers = {};
      for (let i = 1; i < lines.length; i++) {
        const colon = lines[i].indexOf(':');
        waiting.headers[lines[i].slice(0, colon).toLowerCase()] = lines[i].slice(colon + 1).trim();
      }
      this.buffer = this.buffer.subarray(end + 4);
      waiting.chunked = /chunked/.test(waiting.headers['transfer-encoding'] || '');
      waiting.parts = [];
    }
    let body;
    if (waiting.chunked) {
      for (;;) {
        const eol = this.buffer.indexOf('\r\n');
        if (eol < 0) return;
        const size = parseInt(this.buffer.toString('latin1', 0, eol), 16);
        if (this.buffer.length < eol + 4 + size) return;
        waiting.parts.push(Buffer.from(this.buffer.subarray(eol + 2, eol + 2 + size)));
        this.buffer = this.buffer.subarray(eol + 4 + size);
        if (size === 0) break;
      }
      body = Buffer.concat(waiting.parts);
    } else {
      const length = Number(waiting.headers['content-length'] || 0);
      if (this.buffer.length < length) return;
      body = this.buffer.subarray(0, length);
      this.buffer = this.buffer.subarray(length);
    }
    this.waiting = null;
    if ((waiting.headers.connection || '').toLowerCase() === 'close') {
      const socket = this.socket;
      this.socket = null;
      if (socket) socket.end();
    } else if (this.socket) {
      // What keeps the process alive from here on is the function's own work.
      this.socket.unref();
    }
    waiting.done({ status: waiting.status, headers: waiting.headers, body });
  }

  send(method, target, body, extra) {
    const payload = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(body);
    const head = `${method} ${PREFIX}${target} HTTP/1.1\r\nHost: ${ADDRESS}\r\nContent-Type: application/json\r\n`
      + `${extra || ''}Content-Length: ${payload.length}\r\n\r\n`;
    const request = payload.length === 0 ? Buffer.from(head, 'latin1')
      : Buffer.concat([Buffer.from(head, 'latin1'), payload]);
    return new Promise((done) => {
      const kept = this.socket !== null;
      this.waiting = { request, kept, done };
      if (!kept) this.open();
      this.socket.ref();
      this.socket.write(request);
    });
  }

  // A connection of its own for a streamed answer.
  stream(target, contentType) {
    const colon = ADDRESS.lastIndexOf(':');
    const socket = net.connect({ host: ADDRESS.slice(0, colon), port: Number(ADDRESS.slice(colon + 1)) });
    socket.setNoDelay(true);
    const answered = new Promise((resolve, reject) => {
      socket.once('data', resolve);
      socket.once('close', resolve);
      socket.once('error', reject);
    });
    socket.write(`POST ${PREFIX}${target} HTTP/1.1\r\nHost: ${ADDRESS}\r\nContent-Type: ${contentType}\r\n`
      + 'Lambda-Runtime-Function-Response-Mode: streaming\r\nTransfer-Encoding: chunked\r\n'
      + 'Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\nConnection: close\r\n\r\n');
    return { socket, answered };
  }
}

function errorOf(error) {
  if (error instanceof Error || (error && typeof error === 'object' && 'stack' in error && 'message' in error)) {
    const fields = { errorType: error.name, errorMessage: error.message, trace: String(error.stack || '').split('\n') };
    return fields;
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function errorHeader(fields) {
  return `Lambda-Runtime-Function-Error-Type: ${String(fields.errorType).replace(/[^\x20-\x7e]/g, '?')}\r\n`;
}

function patchConsole() {
  const write = (level) => (...args) => {
    const text = util.format(...args).replace(/\n/g, '\r');
    process.stdout.write(`${new Date().toISOString()}\t${requestId}\t${level}\t${text}\n`);
  };
  console.log = write('INFO');
  console.info = write('INFO');
  console.debug = write('DEBUG');
  console.warn = write('WARN');
  console.error = write('ERROR');
  console.trace = write('TRACE');
  console.fatal = write('FATAL');
}

function named(type, message) {
  const error = new Error(message);
  error.name = type;
  return error;
}

async function load(root, handler) {
  const base = path.basename(handler);
  const dot = base.indexOf('.');
  if (handler.includes('..')) {
    throw named('Runtime.MalformedHandlerName', `'${handler}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  if (dot < 1 || dot === base.length - 1) {
    throw named('Runtime.MalformedHandlerName', 'Bad handler');
  }
  const moduleName = handler.slice(0, handler.length - base.length) + base.slice(0, dot);
  const exported = base.slice(dot + 1);
  const file = path.resolve(root, moduleName);
  let module;
  try {
    const found = ['.js', '.mjs', '.cjs'].map((e) => file + e).find((f) => fs.existsSync(f)) || file;
    if (found.endsWith('.mjs') || (found.endsWith('.js') && isModule(path.dirname(found), root))) {
      module = await import(pathToFileURL(found).href);
    } else {
      module = require(found);
    }
  } catch (e) {
    if (e instanceof SyntaxError) throw Object.assign(named('Runtime.UserCodeSyntaxError', String(e)), { stack: e.stack });
    if (e && (e.code === 'MODULE_NOT_FOUND' || e.code === 'ERR_MODULE_NOT_FOUND')) {
      const missing = !anyFile(file) ? `Error: Cannot find module '${moduleName}'\nRequire stack:\n- ${__filename}` : String(e);
      throw Object.assign(named('Runtime.ImportModuleError', missing), { stack: e.stack });
    }
    throw e;
  }
  let found = module;
  for (const part of exported.split('.')) found = found && found[part];
  if (!found && module && module.default) {
    found = module.default;
    for (const part of exported.split('.')) found = found && found[part];
  }
  if (!found) throw named('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  if (typeof found !== 'function') throw named('Runtime.HandlerNotFound', `${handler} is not a function`);
  return found;
}

// Whether the nearest package.json says that .js files are ES modules.
function isModule(folder, root) {
  for (let at = folder; at.startsWith(root); at = path.dirname(at)) {
    try {
      return JSON.parse(fs.readFileSync(path.join(at, 'package.json'), 'utf8')).type === 'module';
    } catch (e) {
      if (e.code !== 'ENOENT') return false;
    }
  }
  return false;
}

function anyFile(file) {
  return ['', '.js', '.mjs', '.cjs', '.json'].some((e) => fs.existsSync(file + e));
}

function contextOf(headers) {
  const env = process.env;
  const deadline = Number(headers['lambda-runtime-deadline-ms'] || 0);
  const json = (text) => (text ? JSON.parse(text) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json(headers['lambda-runtime-client-context']),
    identity: json(headers['lambda-runtime-cognito-identity']),
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    tenantId: headers['lambda-runtime-aws-tenant-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

// Calls the handler; resolves with its result, in whichever of the three ways it gives one.
function call(handler, event, context) {
  return new Promise((resolve, reject) => {
    let settled = null;
    const finish = () => {
      process.removeListener('beforeExit', finish);
      if (settled === null) resolve(null);
      else if (settled.error !== undefined && settled.error !== null) reject(settled.error);
      else resolve(settled.result);
    };
    const callback = (error, result) => {
      if (settled !== null) return;
      settled = { error, result };
      if (!context.callbackWaitsForEmptyEventLoop) finish();
    };
    context.done = callback;
    context.succeed = (result) => { context.callbackWaitsForEmptyEventLoop = false; callback(null, result); };
    context.fail = (error) => { context.callbackWaitsForEmptyEventLoop = false; callback(error || new Error('handled')); };
    // Fires when the function has nothing more to do.
    process.on('beforeExit', finish);
    let returned;
    try {
      returned = handler(event, context, callback);
    } catch (e) {
      process.removeListener('beforeExit', finish);
      reject(e);
      return;
    }
    if (returned && typeof returned.then === 'function') {
      returned.then(
        (result) => { process.removeListener('beforeExit', finish); resolve(result); },
        (e) => { process.removeListener('beforeExit', finish); reject(e); });
    }
  });
}

// A stream that turns what is written into chunks of a streamed answer.
function responseStream(connection, id) {
  const { Writable } = require('stream');
  let started = null;
  const start = (type) => {
    if (started === null) started = connection.stream(`invocation/${id}/response`, type);
    return started;
  };
  const stream = new Writable({
    write(chunk, encoding, next) {
      if (chunk.length === 0) return next();
      const { socket } = begin();
      send(socket, chunk, next);
      socket.uncork();
    },
    final(next) {
      const { socket } = begin();
      socket.write('0\r\n\r\n', next);
      socket.uncork();
    },
  });
  const send = (socket, chunk, done) => {
    socket.write(`${chunk.length.toString(16)}\r\n`);
    socket.write(chunk);
    socket.write('\r\n', done);
  };
  // Corked, so that each chunk leaves in one piece; the prelude goes before the first one.
  const begin = () => {
    const open = start(stream.contentType || 'application/octet-stream');
    open.socket.cork();
    if (stream.prelude) send(open.socket, stream.prelude);
    stream.prelude = null;
    return open;
  };
  stream.setContentType = (type) => { stream.contentType = type; };
  stream.begun = () => started !== null;
  stream.failed = (fields) => {
    const body = Buffer.from(JSON.stringify(fields)).toString('base64');
    started.socket.write(`0\r\nLambda-Runtime-Function-Error-Type: ${fields.errorType}\r\n`
      + `Lambda-Runtime-Function-Error-Body: ${body}\r\n\r\n`);
    return started.answered;
  };
  stream.answered = () => (started === null ? Promise.resolve() : started.answered);
  return stream;
}

function defineAwslambda() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = options || true;
      return handler;
    },
    HttpResponseStream: {
      from(stream, metadata) {
        stream.setContentType('application/vnd.awslambda.http-integration-response');
        stream.prelude = Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
        return stream;
      },
    },
  };
}

async function streamed(connection, handler, event, context) {
  const stream = responseStream(connection, context.awsRequestId);
  const keep = setInterval(() => {}, 1 << 30);
  try {
    const finished = new Promise((resolve, reject) => {
      stream.on('finish', resolve);
      stream.on('error', reject);
    });
    await Promise.race([handler(event, stream, context), finished.then(() => new Promise(() => {}), (e) => { throw e; })]);
    if (!stream.writableEnded) stream.end();
    await finished;
    await stream.answered();
  } catch (e) {
    const fields = errorOf(e);
    console.error('Invoke Error', JSON.stringify(fields));
    if (stream.begun()) await stream.failed(fields);
    else await connection.send('POST', `invocation/${context.awsRequestId}/error`, JSON.stringify(fields), errorHeader(fields));
  } finally {
    clearInterval(keep);
  }
}

async function invoke(connection, handler, answer) {
  const context = contextOf(answer.headers);
  const target = `invocation/${requestId}/`;
  try {
    const event = JSON.parse(answer.body.toString('utf8'));
    if (handler[STREAMING]) {
      await streamed(connection, handler, event, context);
      return;
    }
    const result = await call(handler, event, context);
    let body;
    try {
      body = JSON.stringify(result === undefined ? null : result);
    } catch (e) {
      throw named('Runtime.MarshalError', `Unable to stringify response body: ${e.message}`);
    }
    await connection.send('POST', `${target}response`, body === undefined ? 'null' : body);
  } catch (e) {
    const fields = errorOf(e);
    console.error('Invoke Error', JSON.stringify({ ...fields, stack: fields.trace, trace: undefined }));
    await connection.send('POST', `${target}error`, JSON.stringify(fields), errorHeader(fields));
  }
}

async function main() {
  const connection = new Connection();
  const fatal = (type, code) => (error) => {
    const fields = errorOf(error);
    if (type) {
      fields.errorMessage = String(error && error.message !== undefined ? `${error.name}: ${error.message}` : error);
      fields.errorType = type;
    }
    console.error(type ? 'Unhandled Promise Rejection' : 'Uncaught Exception', JSON.stringify(fields));
    const target = requestId === undefined ? 'init/error' : `invocation/${requestId}/error`;
    const last = new Connection();
    last.send('POST', target, JSON.stringify(fields), errorHeader(fields)).then(() => process.exit(code));
  };
  process.on('uncaughtException', fatal(null, 129));
  process.on('unhandledRejection', fatal('Runtime.UnhandledPromiseRejection', 128));
  defineAwslambda();
  patchConsole();
  let handler;
  const keep = setInterval(() => {}, 1 << 30);
  try {
    handler = await load(process.env.LAMBDA_TASK_ROOT || '/var/task', process.env._HANDLER || '');
  } catch (e) {
    const fields = errorOf(e);
    console.error('Uncaught Exception', JSON.stringify(fields));
    await connection.send('POST', 'init/error', JSON.stringify(fields), errorHeader(fields));
    process.exit(1);
  }
  clearInterval(keep);
  for (;;) {
    const answer = await connection.send('GET', 'invocation/next');
    if (answer.status !== 200) {
      process.stdout.write(`GET /next answered ${answer.status}\n`);
      process.exit(1);
    }
    requestId = answer.headers['lambda-runtime-aws-request-id'];
    const trace = answer.headers['lambda-runtime-trace-id'];
    if (trace) process.env._X_AMZN_TRACE_ID = trace;
    await invoke(connection, handler, answer);
  }
}

main();
