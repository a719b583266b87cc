import { resolve } from 'node:path';
import { type FunctionName, functionNames } from '@nova/shared/functions';
import { defineConfig, type Options } from 'tsup';
import { copyPackageFiles } from './build/package-files.ts';
import { requiredHttp } from './build/required-http.ts';

/** Bundled CommonJS packages expect `require`, which an ES module does not have. */
const requireShim =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The function that reads PDF files. */
const readsDocuments: FunctionName = 'index-handler';

/**
 * One bundle for each function: `dist/<function>/index.mjs`, with everything it needs inside or beside it. Dynamic imports
 * stay separate files, so that a cold start does not read them.
 */
const bundle = (name: FunctionName): Options => ({
  name,
  entry: { index: `functions/${name}/handler.ts` },
  outDir: `dist/${name}`,
  format: 'esm',
  outExtension: () => ({ js: '.mjs' }),
  platform: 'node',
  target: 'node24',
  noExternal: [/.*/],
  splitting: true,
  minify: true,
  sourcemap: true,
  // The sources are on the same disk; in the maps they would take 20 MB of a local function's memory.
  esbuildOptions: (options) => {
    options.sourcesContent = false;
    options.alias = { 'cls-hooked/context': resolve(import.meta.dirname, 'build/cls-hooked.ts') };
  },
  esbuildPlugins: [requiredHttp],
  // Otherwise tsup resolves `node:http` before the plugin does.
  removeNodeProtocol: false,
  clean: true,
  silent: true,
  ...(name === readsDocuments ? { onSuccess: () => copyPackageFiles(`dist/${name}`) } : {}),
  banner: { js: requireShim },
});

export default defineConfig(functionNames.map(bundle));
