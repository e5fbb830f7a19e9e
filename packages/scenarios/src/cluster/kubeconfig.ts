import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { ClusterError } from './cluster-error.ts';

type Values = Readonly<Record<string, unknown>>;

/** A context of a kubeconfig with all that it names. Paths in it are absolute. */
export interface KubeContext {
  readonly name: string;
  readonly namespace: string;
  readonly cluster: Values;
  readonly user: Values;
  /** The file that names the context, for messages. */
  readonly file: string;
}

export interface KubeconfigFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The files that are to be read; none where there is no kubeconfig. A flag beats the variable, that the file at home.
 *
 * https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
 * @throws ClusterError for one that was named and is not there
 */
export function kubeconfigFiles({ kubeconfig }: KubeconfigFlags, env: Env): readonly string[] {
  if (kubeconfig !== undefined) return [mustExist(kubeconfig, '--kubeconfig')];
  const named = (env['KUBECONFIG'] ?? '').split(delimiter).filter(Boolean);
  if (named.length > 0) {
    const there = named.filter((file) => existsSync(file));
    return there.length > 0 ? there : [mustExist(named[0]!, 'KUBECONFIG')];
  }
  const atHome = join(env['HOME'] || homedir(), '.kube/config');
  return existsSync(atHome) ? [atHome] : [];
}

function mustExist(file: string, origin: string): string {
  if (existsSync(file)) return file;
  throw new ClusterError(`${origin}: ${file} is not there; wanted a kubeconfig`);
}

interface Named {
  readonly file: string;
  readonly content: Values;
}

/** Lists of a kubeconfig by their names; where several files have one, the first counts. */
type Lists = Readonly<Record<'clusters' | 'users' | 'contexts', ReadonlyMap<string, Named>>>;

/** @throws ClusterError naming the file and what is wrong with it */
export function readKubeconfig(files: readonly string[], flags: KubeconfigFlags): KubeContext {
  const documents = files.map((file) => ({ file, content: documentOf(file) }));
  const lists: Lists = {
    clusters: namedIn(documents, 'clusters', 'cluster'),
    users: namedIn(documents, 'users', 'user'),
    contexts: namedIn(documents, 'contexts', 'context'),
  };
  const current = documents.map(({ content }) => content['current-context']).find(isText);
  const name = flags.context ?? current;
  if (name === undefined) throw new ClusterError(`${files[0]}: current-context is missing; --context names one`);
  const context = lists.contexts.get(name);
  if (context === undefined) {
    const known = [...lists.contexts.keys()].join(', ') || 'none';
    throw new ClusterError(`${files[0]}: there is no context ${JSON.stringify(name)}; there are ${known}`);
  }
  const { namespace } = context.content;
  return {
    name,
    namespace: flags.namespace ?? (isText(namespace) ? namespace : 'default'),
    cluster: partOf(lists.clusters, context, name, 'cluster'),
    user: context.content['user'] === undefined ? {} : partOf(lists.users, context, name, 'user'),
    file: context.file,
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function documentOf(file: string): Values {
  let document: unknown;
  try {
    document = parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    const [line = ''] = (cause as Error).message.split('\n');
    throw new ClusterError(`${file}: is no kubeconfig: ${line.replace(/:$/, '')}`, { cause });
  }
  if (isObject(document) && document['kind'] === 'Config') return document;
  throw new ClusterError(`${file}: is no kubeconfig: kind is not Config`);
}

function namedIn(documents: readonly Named[], list: string, kind: string): Map<string, Named> {
  const found = new Map<string, Named>();
  for (const { file, content } of documents) {
    const entries: unknown = content[list] ?? [];
    if (!Array.isArray(entries)) throw new ClusterError(`${file}: ${list} is no list`);
    for (const entry of entries as unknown[]) {
      const name = isObject(entry) ? entry['name'] : undefined;
      const inside = isObject(entry) ? entry[kind] : undefined;
      if (isText(name) && isObject(inside) && !found.has(name))
        found.set(name, { file, content: absolute(inside, file) });
    }
  }
  return found;
}

const PATHS = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile'];

/** Paths are meant from the directory of their file. */
function absolute(content: Values, file: string): Values {
  const paths = PATHS.filter((key) => isText(content[key]));
  return {
    ...content,
    ...Object.fromEntries(paths.map((key) => [key, resolve(dirname(file), content[key] as string)])),
  };
}

function partOf(list: ReadonlyMap<string, Named>, context: Named, name: string, kind: string): Values {
  const wanted = context.content[kind];
  const found = isText(wanted) ? list.get(wanted) : undefined;
  if (found !== undefined) return found.content;
  throw new ClusterError(`${context.file}: context ${JSON.stringify(name)} names a ${kind} that is not there`);
}
