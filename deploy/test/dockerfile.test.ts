import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { REPOSITORY } from './image.ts';

const dockerfile = readFileSync(join(REPOSITORY, 'Dockerfile'), 'utf8');
const rootfs = readFileSync(join(REPOSITORY, 'deploy/image/rootfs.sh'), 'utf8');
const debian = readFileSync(join(REPOSITORY, 'deploy/image/debian.sh'), 'utf8');
const { version, optionalDependencies } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
  version: string;
  optionalDependencies: Record<string, string>;
};

t.test('every base is pinned by a digest that the builder must name', (t) => {
  const bases = [...dockerfile.matchAll(/^FROM (?:--platform=\S+ )?(\S+)/gm)].map((match) => match[1]);
  t.same(bases, ['${NODE_IMAGE}@${NODE_DIGEST}', '${DEBIAN_IMAGE}@${DEBIAN_DIGEST}']);
  for (const name of ['NODE_DIGEST', 'DEBIAN_DIGEST']) t.match(dockerfile, RegExp(`^ARG ${name}$`, 'm'));
  t.end();
});

t.test('its version is that of the packages', (t) => {
  t.match(dockerfile, RegExp(`^ARG VERSION=${version.replaceAll('.', '\\.')}$`, 'm'));
  t.end();
});

t.test('rootfs.sh makes it of the same Debian and the same libraries', (t) => {
  const [, suite] = /^ARG DEBIAN_IMAGE=(?:.*\/)?debian:(\w+)-slim$/m.exec(dockerfile)!;
  t.match(debian, RegExp(`^SUITE=${suite}$`, 'm'));
  const [, libraries] = /apt-get install --yes --no-install-recommends (.*) \\$/m.exec(dockerfile)!;
  t.match(rootfs, `debian.sh" "$1" ${libraries!.split(' ').join(',')}\n`);
  t.end();
});

t.test('it is built by the Node.js that runs in it', (t) => {
  const [, major] = /^ARG NODE_IMAGE=(?:.*\/)?node:(\d+)-/m.exec(dockerfile)!;
  for (const pinned of Object.values(optionalDependencies)) t.equal(pinned.split('.')[0], major);
  t.end();
});
