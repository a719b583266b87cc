// Preloaded into every sandbox: gives AWS's runtime interface client its transport to the Runtime API in plain
// JavaScript, in place of the native addon that would have to be compiled on every machine.
import { enableCompileCache, registerHooks } from 'node:module';
import './source-maps.mjs';

const client = 'nova:rapid-client';

// Keeps compiled code of the bundles: a sandbox starts in six sevenths of the time. Not by NODE_COMPILE_CACHE, which the function and
// what it starts would see, and written once the function is loaded, because a sandbox is killed without warning.
const cache = new URL(import.meta.url).searchParams.get('cache');
if (cache) enableCompileCache(cache);

registerHooks({
  resolve: (specifier, context, next) =>
    specifier.endsWith('rapid-client.node')
      ? { url: client, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url === client
      ? {
          format: 'commonjs',
          source: `(${transport})(exports, require('node:http'), require('node:module').flushCompileCache);`,
          shortCircuit: true,
        }
      : next(url, context),
});

function transport(exports, http, loaded) {
  const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  // Taken before the function loads: its X-Ray SDK wraps http.request, and these requests are not the function's.
  const { request: send } = http;
  let posted = Promise.resolve();

  const call = (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const options = {
        hostname,
        port,
        agent,
        method,
        path: `/2018-06-01/runtime/invocation/${path}`,
        headers,
      };
      const request = send(options, (response) => {
        let bodyJson = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          bodyJson += chunk;
        });
        response.on('end', () => resolve({ bodyJson, headers: response.headers }));
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });

  const json = (body) => ({ 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });

  let isLoaded = false;
  exports.next = async () => {
    if (!isLoaded) loaded();
    isLoaded = true;
    await posted;
    return call('GET', 'next');
  };
  exports.done = (id, body) => {
    posted = call('POST', `${id}/response`, body, json(body));
  };
  exports.error = (id, body) => {
    const { errorType = 'Error' } = JSON.parse(body);
    // A header takes no line break or letter beyond Latin-1, an error's name may have either.
    const type = encodeURI(String(errorType));
    posted = call('POST', `${id}/error`, body, { ...json(body), 'lambda-runtime-function-error-type': type });
  };
}
