import type { Layout } from '@fgm/catalog';
import { flatKeyedParser } from './flat-keyed.ts';
import { fieldsNamed, type Parser } from './parser.ts';

/*
 * memory.oom_control of cgroup v1.
 *
 *     oom_kill_disable 0
 *     under_oom 0
 *     oom_kill 3
 *
 * https://docs.kernel.org/admin-guide/cgroup-v1/memory.html#oom-control
 *
 * 4.13 oom_kill
 */
export function v1OomControlParser(layout: Layout): Parser {
  return flatKeyedParser(
    fieldsNamed(layout, [
      { key: 'under_oom', name: 'memory_oom_control_under_oom' },
      { key: 'oom_kill', name: 'memory_events_oom_kill' },
    ]),
  );
}
