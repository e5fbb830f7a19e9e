/** Makes dist/page/: what the viewer hands to browsers. Nothing in it is asked of another server. */
import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await mkdir(at('dist/page'), { recursive: true });
await build({
  entryPoints: { app: at('src/main.tsx'), style: at('src/style.css') },
  outdir: at('dist/page'),
  bundle: true,
  minify: true,
  format: 'esm',
  target: ['es2022'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
});
await copyFile(at('src/index.html'), at('dist/page/index.html'));
