import t from 'tap';
import { createLog } from '../../src/recording/log.ts';

t.test('one JSON object a line, with the level as a word and an ISO time', (t) => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  log.debug('not shown');
  log.warn({ dir: '/data' }, 'hello');
  log.level = 'debug';
  log.debug('shown');
  t.equal(lines.length, 2);
  t.match(lines[0], /\n$/);
  t.match(JSON.parse(lines[0]!), { level: 'warn', time: /^\d{4}-\d\d-\d\dT.*Z$/, dir: '/data', msg: 'hello' });
  t.notHas(JSON.parse(lines[0]!), 'hostname');
  t.end();
});
