/** What npm installs and no program ever loads: half of the image, were it left in. */

/** Relative to where the program lies. */
export const UNUSED_PATHS: readonly string[] = [
  // Of the tests.
  'packages/testkit',
  'node_modules/@fgm/testkit',
  // Headers for native modules, manual pages: the program alone is needed.
  ...['x64', 'arm64'].flatMap((cpu) => ['include', 'share'].map((part) => `node_modules/node-linux-${cpu}/${part}`)),
  // The same WebAssembly for browsers and for bundlers; Node.js loads `node/`.
  'node_modules/parquet-wasm/bundler',
  'node_modules/parquet-wasm/esm',
  // Types only.
  'node_modules/@types',
  'node_modules/apache-arrow/node_modules/@types',
];

/** Node.js strips no types below `node_modules`, and reads no source maps unless it is told to. */
const NEVER_LOADED = ['.ts', '.mts', '.cts', '.tsx', '.map', '.tsbuildinfo', '.flow'];

/** Whether nothing can load this file. */
export function isNeverLoaded(path: string): boolean {
  return NEVER_LOADED.some((ending) => path.endsWith(ending));
}
