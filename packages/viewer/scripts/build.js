/** Makes dist/page/answers.js: the viewer's routes and queries for a page that answers itself. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/**
 * Modules are taken for what is used of them: none does anything by being loaded. Of Node.js one thing is used there, which is replaced;
 * the rest must go with what uses it.
 */
const browser = {
  name: 'browser',
  setup(own) {
    own.onResolve({ filter: /^node:timers\/promises$/ }, ({ importer }) =>
      importer.startsWith(at('src/')) ? { path: at('src/offline/next-turn.ts') } : undefined,
    );
    own.onResolve({ filter: /^node:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    own.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind === 'entry-point' || pluginData === browser) return undefined;
      const found = await own.resolve(path, { kind, importer, resolveDir, pluginData: browser });
      return { ...found, sideEffects: false };
    });
  },
};

const { metafile } = await build({
  entryPoints: { answers: at('src/offline/in-page.ts') },
  outdir: at('dist/page'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: ['es2022'],
  conditions: ['@fgm/source'],
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'ignored-bare-import': 'silent' },
  metafile: true,
  plugins: [browser],
});
const [output] = Object.values(metafile.outputs);
if (output.imports.length > 0)
  throw new Error(
    `answers.js needs ${output.imports.map(({ path }) => path).join(', ')}, which a browser does not have`,
  );
