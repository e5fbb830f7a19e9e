import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { ClusterError } from './cluster-error.ts';
import type { KubeContext } from './kubeconfig.ts';

/** What a connection needs of a kubeconfig. */
export interface Credentials {
  readonly server: URL;
  readonly ca?: Buffer;
  readonly rejectUnauthorized: boolean;
  readonly servername?: string;
  readonly token?: string;
  readonly cert?: Buffer | string;
  readonly key?: Buffer | string;
}

type Values = KubeContext['user'];

/** Programs that ask a person to log in have time for it. */
const PLUGIN_MS = 120_000;

/** @throws ClusterError for what is missing, broken, or not known here */
export function credentialsOf(context: KubeContext): Credentials {
  const { cluster, user, file, name } = context;
  const refuse = (what: string): ClusterError => new ClusterError(`${file}: context ${JSON.stringify(name)}: ${what}`);
  const server = URL.parse(textOf(cluster, 'server') ?? '');
  if (server?.protocol !== 'https:' && server?.protocol !== 'http:') throw refuse('server is no address');
  if (cluster['proxy-url'] !== undefined) throw refuse('proxy-url is not supported here');
  if (user['auth-provider'] !== undefined) throw refuse('auth-provider is not supported; wanted an exec plugin');
  const ca = bytesOf(cluster, 'certificate-authority', refuse);
  const servername = textOf(cluster, 'tls-server-name');
  return {
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(servername === undefined ? {} : { servername }),
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
    ...ownCredentials(user, cluster, refuse),
  };
}

type Refuse = (what: string) => ClusterError;

function ownCredentials(user: Values, cluster: Values, refuse: Refuse): Pick<Credentials, 'token' | 'cert' | 'key'> {
  const [cert, key] = [bytesOf(user, 'client-certificate', refuse), bytesOf(user, 'client-key', refuse)];
  const tokenFile = textOf(user, 'tokenFile');
  const token = tokenFile === undefined ? textOf(user, 'token') : read(tokenFile, refuse).toString().trim();
  const own = { ...(cert && key ? { cert, key } : {}), ...(token === undefined ? {} : { token }) };
  return user['exec'] === undefined || Object.keys(own).length > 0 ? own : fromPlugin(user['exec'], cluster, refuse);
}

function textOf(values: Values, key: string): string | undefined {
  const value = values[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function bytesOf(values: Values, key: string, refuse: Refuse): Buffer | undefined {
  const data = textOf(values, `${key}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const path = textOf(values, key);
  return path === undefined ? undefined : read(path, refuse);
}

function read(path: string, refuse: Refuse): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw Object.assign(refuse(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`), { cause });
  }
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
function fromPlugin(exec: unknown, cluster: Values, refuse: Refuse): Pick<Credentials, 'token' | 'cert' | 'key'> {
  const plugin = exec as { apiVersion?: string; command?: string; args?: string[] | null; env?: PluginEnv[] | null };
  const { apiVersion = '', command = '', args, env } = plugin;
  if (typeof command !== 'string' || command === '') throw refuse('exec: command is missing, or no text');
  const info = {
    apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, cluster: { server: cluster['server'] } },
  };
  let said: string;
  try {
    said = execFileSync(command, args ?? [], {
      encoding: 'utf8',
      timeout: PLUGIN_MS,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...Object.fromEntries((env ?? []).map(({ name, value }) => [name, value])),
        KUBERNETES_EXEC_INFO: JSON.stringify(info),
      },
    });
  } catch (cause) {
    const { code, status } = cause as { code?: string; status?: number };
    throw Object.assign(refuse(`exec: ${command} failed (${code ?? `exit status ${status}`})`), { cause });
  }
  const { token, clientCertificateData: cert, clientKeyData: key } = statusOf(said) ?? {};
  if (token === undefined && (cert === undefined || key === undefined))
    throw refuse(`exec: ${command} gave no credentials`);
  return { ...(token === undefined ? {} : { token }), ...(cert && key ? { cert, key } : {}) };
}

interface PluginEnv {
  readonly name: string;
  readonly value: string;
}

interface PluginStatus {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
}

function statusOf(text: string): PluginStatus | undefined {
  try {
    return (JSON.parse(text) as { status?: PluginStatus } | null)?.status;
  } catch {
    return undefined;
  }
}
