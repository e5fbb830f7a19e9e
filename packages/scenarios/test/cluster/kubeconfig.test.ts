import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { hasProgram, run } from '@fgm/testkit';
import t from 'tap';
import { ClusterError, KubeClient, kubeconfigFiles, readKubeconfig } from '../../src/cluster/index.ts';

const CONFIG = `
apiVersion: v1
kind: Config
current-context: one
clusters:
- {name: here, cluster: {server: 'https://10.0.0.1:6443', certificate-authority: pki/ca.crt}}
users:
- {name: me, user: {tokenFile: token}}
contexts:
- {name: one, context: {cluster: here, user: me}}
- {name: two, context: {cluster: here, user: me, namespace: shop}}
- {name: lost, context: {cluster: nowhere, user: me}}
`;

t.test('which files', (t) => {
  const home = t.testdir({ '.kube': { config: CONFIG }, a: CONFIG, b: CONFIG });
  const at = (name: string): string => join(home, name);
  t.same(kubeconfigFiles({}, { HOME: home }), [at('.kube/config')]);
  t.same(kubeconfigFiles({}, { HOME: home, KUBECONFIG: `${at('a')}:${at('none')}:${at('b')}` }), [at('a'), at('b')]);
  t.same(kubeconfigFiles({ kubeconfig: at('b') }, { HOME: home, KUBECONFIG: at('a') }), [at('b')]);
  t.same(kubeconfigFiles({}, { HOME: at('.kube') }), []);
  t.throws(() => kubeconfigFiles({}, { HOME: home, KUBECONFIG: at('none') }), {
    message: `KUBECONFIG: ${at('none')} is not there; wanted a kubeconfig`,
  });
  t.end();
});

t.test('contexts, and paths from where the file is', (t) => {
  const root = t.testdir({ a: CONFIG, b: CONFIG.replace('10.0.0.1', '10.0.0.2').replace('name: two', 'name: three') });
  const files = [join(root, 'a'), join(root, 'b')];
  t.match(readKubeconfig(files, {}), {
    name: 'one',
    namespace: 'default',
    cluster: { server: 'https://10.0.0.1:6443', 'certificate-authority': join(root, 'pki/ca.crt') },
    user: { tokenFile: join(root, 'token') },
  });
  t.equal(readKubeconfig(files, { context: 'two' }).namespace, 'shop');
  t.equal(readKubeconfig(files, { context: 'three', namespace: 'x' }).namespace, 'x');
  t.equal(readKubeconfig(files, { context: 'three' }).cluster['server'], 'https://10.0.0.1:6443', 'the first counts');
  t.throws(() => readKubeconfig(files, { context: 'lost' }), {
    constructor: ClusterError,
    message: `${files[0]}: context "lost" names a cluster that is not there`,
  });
  t.end();
});

for (const [name, text, message] of [
  ['not YAML', 'a: [', /^\S+config: is no kubeconfig: .*\d$/],
  ['another kind', 'kind: Pod', /: is no kubeconfig: kind is not Config$/],
  ['nothing', '', /: is no kubeconfig: kind is not Config$/],
  ['no context', CONFIG.replace('current-context: one', ''), /: current-context is missing; --context names one$/],
  [
    'an unknown context',
    CONFIG.replace('current-context: one', 'current-context: x'),
    /no context "x"; there are one, two, lost/,
  ],
  ['a list that is none', 'kind: Config\nclusters: 7', /: clusters is no list$/],
  ['no server', CONFIG.replace("server: 'https://10.0.0.1:6443', ", ''), /context "one": server is no address$/],
  ['no certificate', CONFIG, /context "one": \S+pki\/ca.crt cannot be read \(ENOENT\)$/],
  [
    'a proxy',
    CONFIG.replace('certificate-authority: pki/ca.crt', "proxy-url: 'http://x'"),
    /proxy-url is not supported here$/,
  ],
  ['an old plugin', CONFIG.replace('tokenFile: token', 'auth-provider: {name: gcp}'), /auth-provider is not supported/],
  ['a plugin that is not there', withPlugin('/nowhere/plugin'), /exec: \/nowhere\/plugin failed \(ENOENT\)$/],
  ['a plugin that says nothing', withPlugin("'true'"), /exec: true gave no credentials$/],
  ['a plugin that fails', withPlugin("'false'"), /exec: false failed \(exit status 1\)$/],
] as const) {
  t.test(`refused: ${name}`, (t) => {
    const file = join(t.testdir({ config: text }), 'config');
    t.throws(() => new KubeClient(readKubeconfig([file], {})), { constructor: ClusterError, message });
    t.end();
  });
}

function withPlugin(command: string): string {
  const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: ${command}}`;
  return CONFIG.replace('tokenFile: token', exec).replace(', certificate-authority: pki/ca.crt', '');
}

t.test('over TLS, as who the kubeconfig says', { skip: !hasProgram('openssl') && 'there is no openssl' }, async (t) => {
  const root = t.testdir({ pki: {}, token: 'from a file\n' });
  const at = (name: string): string => join(root, 'pki', name);
  const openssl = (...args: string[]): string => run('openssl', args, { cwd: join(root, 'pki') });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  openssl('req', '-x509', ...curve, '-keyout', 'ca.key', '-out', 'ca.crt', '-days', '2', '-subj', '/CN=test authority');
  for (const [name, subject] of [
    ['server', '/CN=kubernetes'],
    ['client', '/CN=somebody'],
  ] as const) {
    openssl('req', ...curve, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', subject);
    writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1\n');
    const sign = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names'];
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...sign);
  }
  const pem = (name: string): Buffer => readFileSync(at(name));
  const tls = { key: pem('server.key'), cert: pem('server.crt'), ca: pem('ca.crt'), requestCert: true };
  const server = createServer({ ...tls, rejectUnauthorized: false }, (request, answer) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate();
    answer.end(JSON.stringify({ path: request.url, subject: subject?.CN, token: request.headers.authorization }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  const base = CONFIG.replace(
    'https://10.0.0.1:6443',
    `https://127.0.0.1:${(server.address() as AddressInfo).port}/below/`,
  );
  const ask = async (text: string): Promise<unknown> => {
    writeFileSync(join(root, 'config'), text);
    return new KubeClient(readKubeconfig([join(root, 'config')], {})).get('/api', { a: '1' });
  };

  t.match(await ask(base), { path: '/below/api?a=1', token: 'Bearer from a file' });
  const data = (name: string): string => pem(name).toString('base64');
  const certificate = `client-certificate-data: ${data('client.crt')}, client-key-data: ${data('client.key')}`;
  t.match(await ask(base.replace('tokenFile: token', certificate)), { subject: 'somebody', token: undefined });

  mkdirSync(join(root, 'bin'));
  const plugin = join(root, 'bin/plugin');
  writeFileSync(plugin, '#!/bin/sh\necho "{\\"status\\": {\\"token\\": \\"$1-$WHO\\"}}"\n');
  chmodSync(plugin, 0o755);
  const exec = `exec: {apiVersion: client.authentication.k8s.io/v1, command: '${plugin}', args: [for], env: [{name: WHO, value: me}]}`;
  t.match(await ask(base.replace('tokenFile: token', exec)), { token: 'Bearer for-me' });

  await t.rejects(ask(base.replace('certificate-authority: pki/ca.crt', 'insecure-skip-tls-verify: false')), {
    constructor: ClusterError,
    message: /^127\.0\.0\.1:\d+ cannot be reached: .*certificate/,
  });
  t.match(await ask(base.replace('certificate-authority: pki/ca.crt', 'insecure-skip-tls-verify: true')), {
    token: 'Bearer from a file',
  });
});
