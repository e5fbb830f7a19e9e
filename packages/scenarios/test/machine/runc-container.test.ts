import { existsSync, readFileSync } from 'node:fs';
import t from 'tap';
import { whyNot } from '@fgm/testkit';
import { RuncContainer, allCgroupMounts, containerId } from '../../src/index.ts';

t.test('runc makes the cgroup of any Kubernetes path', { skip: whyNot('runc') }, async (t) => {
  const id = containerId();
  const cgroup = `/fgm-test-${process.pid}/kubepods/burstable/pod12345678-1234-1234-1234-123456789abc/${id}`;
  const container = new RuncContainer({ cgroup, id, memoryLimitBytes: 64 * 1024 * 1024, env: ['POD_NAME=web-0'] });

  t.match(readFileSync(`/proc/${container.pid}/cgroup`, 'utf8'), cgroup);
  t.match(readFileSync(`/proc/${container.pid}/environ`, 'utf8'), 'POD_NAME=web-0');
  t.match(container.exec('cat', '/proc/self/status'), /^Name:\tcat/);
  container.remove();
  for (const mount of allCgroupMounts()) t.notOk(existsSync(`${mount}/fgm-test-${process.pid}`), 'nothing is left');
});
