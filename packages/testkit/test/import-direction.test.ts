import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What a package's source may import, of everything here. Whatever is not listed must be reported. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'catalog/src/x': [],
  'ring/src/x': [],
  'studies/src/x': [],
  'scenarios/src/x': ['node:fs'],
  'scenarios/src/cluster/x': ['yaml', 'node:fs'],
  'kernfs/src/x': ['@fgm/catalog'],
  'kernfs/src/files/x': ['@fgm/catalog', 'node:fs'],
  'discovery/src/x': ['@fgm/catalog', '@fgm/ring', '@fgm/kernfs'],
  'discovery/src/watches': ['@fgm/catalog', '@fgm/ring', '@fgm/kernfs', 'node:fs'],
  'sampler/src/x': ['@fgm/catalog', '@fgm/ring', '@fgm/kernfs'],
  'sampler/src/pool': ['@fgm/catalog', '@fgm/ring', '@fgm/kernfs', 'piscina'],
  'store/src/x': ['@fgm/catalog', '@fgm/ring', 'apache-arrow', 'parquet-wasm', '@hpcc-js/wasm-zstd', 'node:fs'],
  'agent/src/x': [
    '@fgm/catalog',
    '@fgm/ring',
    '@fgm/kernfs',
    '@fgm/discovery',
    '@fgm/sampler',
    '@fgm/store',
    'prom-client',
    'yaml',
    'node:fs',
  ],
  'viewer/src/x': ['@fgm/catalog', '@fgm/studies', '@fgm/store', 'apache-arrow', 'prom-client', 'fastify', 'node:fs'],
  'web/src/x': [],
  'mcp/src/x': ['@fgm/catalog', '@fgm/viewer', '@modelcontextprotocol/sdk', 'node:fs'],
  'cli/src/x': [
    '@fgm/catalog',
    '@fgm/kernfs',
    '@fgm/discovery',
    '@fgm/store',
    '@fgm/agent',
    '@fgm/viewer',
    '@fgm/mcp',
    '@fgm/scenarios',
    'node:fs',
  ],
};

const MODULES = [
  '@fgm/catalog',
  '@fgm/ring',
  '@fgm/studies',
  '@fgm/scenarios',
  '@fgm/kernfs',
  '@fgm/discovery',
  '@fgm/sampler',
  '@fgm/store',
  '@fgm/agent',
  '@fgm/viewer',
  '@fgm/web',
  '@fgm/mcp',
  '@fgm/cli',
  'apache-arrow',
  'parquet-wasm',
  '@hpcc-js/wasm-zstd',
  'piscina',
  'prom-client',
  'fastify',
  'yaml',
  '@modelcontextprotocol/sdk',
  'node:fs',
] as const;

/** A file that imports each of these: the import on line n is of the n-th module. */
function importing(modules: readonly string[]): string {
  return modules.map((module, index) => `export * as m${index} from '${module}';\n`).join('');
}

interface Report {
  readonly diagnostics: readonly {
    readonly code: string;
    readonly filename: string;
    readonly labels: readonly { readonly span: { readonly line: number } }[];
  }[];
}

function lint(directory: string): Report {
  copyFileSync(join(ROOT, '.oxlintrc.json'), join(directory, '.oxlintrc.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
  // By a shell, because tap makes every Node.js process it sees started load its own loaders, which oxlint cannot be loaded by.
  const command = `NODE_OPTIONS= exec '${oxlint}' --format json packages`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (stdout === '') throw new Error(`oxlint: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

t.test('the linter reports every import against the direction of the layers', async (t) => {
  const files = [...MODULES, '../../ring/src/ring.ts'];
  // Not a t.testdir(): below the checkout oxlint would pass it over as an ignored directory.
  const directory = mkdtempSync(join(tmpdir(), 'fgm-imports-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  for (const file of Object.keys(ALLOWED)) {
    const path = join(directory, 'packages', `${file}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, importing(files));
  }
  const { diagnostics } = lint(directory);
  for (const [file, allowed] of Object.entries(ALLOWED)) {
    const lines = diagnostics
      .filter(({ code, filename }) => code.includes('no-restricted-imports') && filename === `packages/${file}.ts`)
      .flatMap(({ labels }) => labels.map(({ span }) => span.line));
    const reported = files.filter((_, index) => lines.includes(index + 1));
    t.same(
      reported,
      files.filter((module) => !allowed.includes(module)),
      file,
    );
  }
});
