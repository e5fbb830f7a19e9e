import t from 'tap';
import { parseService } from '../src/service.ts';

t.test('units that stand for themselves', async (t) => {
  const paths = [
    'init.scope',
    'system.slice/ssh.service',
    'system.slice/system-getty.slice/getty@tty1.service',
    'user.slice/user-1000.slice/session-3.scope',
    'user.slice/user-1000.slice/user@1000.service',
    'user.slice/user-1000.slice/user@1000.service/app.slice/dbus.service',
    'machine.slice/machine-debian.scope',
  ];
  for (const path of paths) t.equal(parseService(path.split('/')), path.split('/').at(-1), path);
});

t.test('slices, plain directories, and units below units', async (t) => {
  const paths = [
    '',
    'system.slice',
    '.service',
    '.scope',
    'kubepods/burstable',
    'system.slice/ssh.service/sub',
    'system.slice/containerd.service/inner.service',
    'machine.slice/machine-debian.scope/payload/system.slice/cron.service',
    'user.slice/user-1000.slice/user@1000.service/init.scope',
    'user.slice/user-0.slice/user@me.service/app.slice/dbus.service',
  ];
  for (const path of paths) t.equal(parseService(path.split('/')), null, path);
});
