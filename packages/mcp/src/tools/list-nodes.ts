import { isoTime } from '../api.ts';
import { tool } from '../tool.ts';

/** Skipped files that are named; the others are counted. */
const MOST_SKIPPED = 20;

export const listNodes = tool({
  name: 'list_nodes',
  title: 'Nodes and recordings',
  description:
    'Which nodes were recorded, at what interval, from when to when there are data, and whether somebody records at the moment. Ask this first.',
  shape: {},
  answer: async (api) => {
    const { state, recording, earliest, latest, nodes, skipped } = await api.ask('instance');
    return {
      state,
      recording,
      earliest: earliest === null ? null : isoTime(earliest),
      latest: latest === null ? null : isoTime(latest),
      nodes,
      skipped_files: skipped.length,
      skipped: skipped.slice(0, MOST_SKIPPED),
      ...(state === 'waiting' ? { note: 'nothing is recorded in these directories yet' } : {}),
    };
  },
});
