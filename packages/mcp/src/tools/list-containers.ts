import { z } from 'zod';
import { RANKINGS } from '@fgm/viewer';
import type { Container } from '../answers.ts';
import { isoTime, shortNumber } from '../api.ts';
import { from, metric, to } from '../arguments.ts';
import { tool } from '../tool.ts';

export const listContainers = tool({
  name: 'list_containers',
  title: 'Containers',
  description:
    'Containers, services and hosts: those seen last first, or with `top` those with the most of a metric (of the range, 15 minutes unless given). The id is what other tools want. total says how many there are without the limit.',
  shape: {
    search: z.string().max(200).optional().describe('Part of an id, or of the name of a container, pod or namespace.'),
    namespace: z.string().max(253).optional(),
    qos: z.enum(['Guaranteed', 'Burstable', 'BestEffort']).optional(),
    labels: z
      .record(z.string().max(500), z.string().max(500))
      .optional()
      .describe('Labels that it must have, all of them.'),
    node: z.string().max(253).optional(),
    from,
    to,
    top: metric.optional().describe('A metric to rank by, such as memory_current_bytes.'),
    by: z.enum(RANKINGS).optional().describe('What of the metric in the range: avg unless given.'),
    limit: z.number().int().min(1).max(500).default(20),
  },
  answer: async (api, { labels, ...rest }) => {
    if (rest.node !== undefined) await api.mustKnowNode(rest.node);
    const pairs = Object.entries(labels ?? {});
    const unsaid = pairs.find(([name, value]) => `${name}${value}`.includes(',') || name.includes('=') || name === '');
    if (unsaid !== undefined)
      throw new Error(`labels: ${unsaid[0].slice(0, 80)}: no name or value of a label has a comma, and no name =`);
    const text = pairs.length === 0 ? undefined : pairs.map(([name, value]) => `${name}=${value}`);
    const { containers, total } = await api.ask('containers', { ...rest, labels: text });
    return {
      containers: containers.map(containerBody),
      total,
      ...(total > containers.length ? { left_out: total - containers.length } : {}),
      ...(total === 0 ? { note: await api.whyNothing().then((why) => `no container fits; ${why}`) } : {}),
    };
  },
});

/** What is not known is left out, which is shorter. */
export function containerBody({ first_seen, last_seen, labels, value, ...names }: Container) {
  const { id, node, namespace, pod, container, qos, runtime } = names;
  const known = Object.entries({ id, node, namespace, pod, container, qos, runtime }).filter(
    ([, text]) => text !== null,
  );
  return {
    ...Object.fromEntries(known),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    first_seen: isoTime(first_seen),
    last_seen: isoTime(last_seen),
    ...(value === undefined ? {} : { value: shortNumber(value) }),
  };
}
