import http from 'node:http';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/**
 * Requires `node:http` where a bundle imports it. Node reads every export of a module that is imported, and three of `node:http`
 * are getters that load the whole of undici: `WebSocket`, `CloseEvent` and `MessageEvent`.
 * @see https://github.com/nodejs/node/blob/v24.x/lib/http.js
 */
export const requiredHttp: Plugin = {
  name: 'required-http',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(node:)?http$/ }, ({ kind }) =>
      kind === 'require-call' ? undefined : { path: 'http', namespace: 'required' },
    );
    onLoad({ filter: /./, namespace: 'required' }, () => ({ contents: required(http) }));
  },
};

/** Exports what the module has without getters. */
function required(module: object): string {
  const names = Object.entries(Object.getOwnPropertyDescriptors(module)).flatMap(([name, { get }]) =>
    get ? [] : [name],
  );
  return `const http = require('node:http'); export default http; export const { ${names} } = http;`;
}
