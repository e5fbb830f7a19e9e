import type { Container, Line } from './api.ts';
import { containers, nameOf, titleOf } from './store.ts';

type Named = Pick<Line, 'node' | 'key' | 'container' | 'keys'>;

/** The container of a line, as far as it is listed. */
export function containerOf({ node, key }: Pick<Line, 'node' | 'key'>): Container | undefined {
  const name = nameOf({ node: node ?? '', key: key ?? '' });
  return containers.value.find((one) => nameOf(one) === name);
}

/** A pod's containers bear the same name in each of their lives: then the id tells them apart. */
export function titlesOf(lines: readonly Named[]): string[] {
  const titles = lines.map(titleOfLine);
  return titles.map((title, at) => {
    const single = titles.indexOf(title) === titles.lastIndexOf(title);
    return single ? title : `${title} ${lines[at]!.key ?? ''}`;
  });
}

function titleOfLine(line: Named): string {
  if (line.container === null) return 'all';
  const known = containerOf(line);
  const own = known === undefined ? (line.key ?? '') : titleOf(known);
  const { comm, pid, device_name: alias, device, interface: net, mapping } = line.keys;
  const part = [
    comm ?? null,
    alias ?? device ?? net ?? mapping ?? null,
    pid === undefined || pid === null ? null : `(${pid})`,
  ];
  const what = part.filter((one) => one !== null).join(' ');
  return what === '' ? own : `${own} ${what}`;
}
