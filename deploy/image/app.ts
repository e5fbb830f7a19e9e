/**
 * Puts together what the image holds besides its base: `/opt/fgm` with what was built and its production dependencies,
 * Node.js, and the commands `fgm` and `node`. Both the Dockerfile and rootfs.sh call it, so that they make the same.
 *
 *     node deploy/image/app.ts --arch amd64|arm64 --output DIR
 *
 * Nothing of the other CPU is run: packages that are built for one are chosen by npm.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isNeverLoaded, UNUSED_PATHS } from './unused.ts';

const REPOSITORY = fileURLToPath(new URL('../../', import.meta.url));
/** Docker's name of a CPU, and that of Node.js and npm. */
const CPUS: Readonly<Record<string, string>> = { amd64: 'x64', arm64: 'arm64' };
const PLACE = 'opt/fgm';
const SCOPE = '@fgm/';

const { values } = parseArgs({ options: { arch: { type: 'string' }, output: { type: 'string' } } });
const cpu = CPUS[values.arch ?? ''];
if (cpu === undefined) fail(`--arch: "${values.arch ?? ''}" is not valid; wanted ${Object.keys(CPUS).join(' or ')}`);
if (values.output === undefined) fail('--output: wanted a directory');
assemble(values.output, cpu);

function assemble(output: string, cpu: string): void {
  const app = join(output, PLACE);
  if (existsSync(app)) fail(`${app} is there already; wanted a directory without it`);
  const packages = copyManifests(app);
  installDependencies(app, cpu);
  // npm says nothing of an optional package that it could not get.
  for (const name of [`node-linux-${cpu}`, `@duckdb/node-bindings-linux-${cpu}`]) {
    if (!existsSync(join(app, 'node_modules', name))) fail(`npm has not installed ${name}`);
  }
  for (const name of packages) copyProgram(app, name);
  removeUnused(app);
  linkCommands(output, cpu);
  // A recorder has no capability to write where its user may not: so not even it can change its program.
  closeToWriters(app);
}

/** What npm needs to see of the workspaces. @returns the packages that are programs */
function copyManifests(app: string): string[] {
  const packages = readdirSync(join(REPOSITORY, 'packages'));
  for (const file of [
    'package.json',
    'package-lock.json',
    ...packages.map((name) => `packages/${name}/package.json`),
  ]) {
    cpSync(join(REPOSITORY, file), join(app, file));
  }
  cpSync(join(REPOSITORY, 'LICENSE'), join(app, 'LICENSE'));
  return programsOf('cli');
}

/** A package of ours and those that it needs to run, by their directories: parts of tests are not among them. */
function programsOf(name: string, found = new Set<string>()): string[] {
  if (found.has(name)) return [...found];
  found.add(name);
  const manifest = readFileSync(join(REPOSITORY, 'packages', name, 'package.json'), 'utf8');
  const { dependencies = {} } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  for (const other of Object.keys(dependencies)) {
    if (other.startsWith(SCOPE)) programsOf(other.slice(SCOPE.length), found);
  }
  return [...found];
}

function installDependencies(app: string, cpu: string): void {
  const flags = ['--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  execFileSync('npm', ['ci', ...flags, '--os=linux', '--libc=glibc', `--cpu=${cpu}`], { cwd: app, stdio: 'inherit' });
}

function copyProgram(app: string, name: string): void {
  const source = join(REPOSITORY, 'packages', name);
  if (!existsSync(join(source, 'dist'))) fail(`${source}/dist is missing; wanted what npm run build makes`);
  for (const part of ['bin', 'dist', 'programs']) {
    if (existsSync(join(source, part))) {
      cpSync(join(source, part), join(app, 'packages', name, part), { recursive: true });
    }
  }
}

function removeUnused(app: string): void {
  for (const path of UNUSED_PATHS) rmSync(join(app, path), { recursive: true, force: true });
  for (const path of filesBelow(app)) if (isNeverLoaded(relative(app, path))) rmSync(path);
}

function linkCommands(output: string, cpu: string): void {
  const bin = join(output, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  const node = `${PLACE}/node_modules/node-linux-${cpu}/bin/node`;
  for (const target of [node, `${PLACE}/packages/cli/bin/fgm.js`]) {
    if (!existsSync(join(output, target))) fail(`${join(output, target)} is missing`);
    symlinkSync(`/${target}`, join(bin, basename(target, '.js')));
  }
}

function closeToWriters(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) closeToWriters(path);
    else if (entry.isFile()) chmodSync(path, dirname(path).endsWith('/bin') ? 0o555 : 0o444);
  }
  chmodSync(directory, 0o555);
}

function* filesBelow(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

function fail(message: string): never {
  process.stderr.write(`app.ts: ${message}\n`);
  process.exit(2);
}
