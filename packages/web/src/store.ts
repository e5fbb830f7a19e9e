import { computed, effect, signal } from '@preact/signals';
import { atRest, REST_MS } from './at-rest.ts';
import { get, INDEXING_MS, type Container, type Instance, type Metric, type RecordedEvent } from './api.ts';
import { offline } from './offline.ts';
import { serverEvents } from './server-events.ts';
import { admitted, request, wantsToken } from './token.ts';
import { chosen, comparison, range, search } from './view-state.ts';

/** Lists are asked for anew after so long, and a stream of news that has ended, in milliseconds. */
const LISTS_MS = 15_000;
const RETRY_MS = 3_000;

/** What has been asked of the viewer. */
export const instance = signal<Instance | null>(null);
export const metrics = signal<readonly Metric[]>([]);
export const containers = signal<readonly Container[]>([]);
export const events = signal<readonly RecordedEvent[]>([]);
/** What went wrong last; null when all is well. */
export const trouble = signal<string | null>(null);
/** Time of the newest row, in milliseconds since the Unix epoch. */
export const newest = signal<number | null>(null);

/** From when to when is shown, in milliseconds since the Unix epoch. */
export const shown = computed(() => {
  const wanted = range.value;
  if (!('last' in wanted)) return wanted;
  const to = newest.value ?? Date.now();
  return { from: to - wanted.last, to };
});

export const isLive = computed(() => 'last' in range.value);

/** By how many milliseconds before what is shown that lies which it is compared with; null for nothing. */
export const back = computed(() => {
  const wanted = comparison.value;
  if (wanted === null) return null;
  const { from, to } = shown.value;
  if (wanted === 'previous') return to - from;
  return 'back' in wanted ? wanted.back : from - wanted.since;
});

/** Under this a container stands in the address, and in requests. */
export function nameOf({ node, key }: Pick<Container, 'node' | 'key'>): string {
  return node === '' ? key : `${node}:${key}`;
}

/** What a person calls it; its namespace stands elsewhere. */
export function titleOf({ pod, container, key }: Container): string {
  const name = [pod, container].filter((part) => part !== null).join('/');
  return name === '' ? key : name;
}

/** Says on the page what goes wrong. */
export async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
    trouble.value = null;
  } catch (error) {
    if ((error as Error).name !== 'AbortError') trouble.value = (error as Error).message;
  }
}

export async function loadInstance(): Promise<void> {
  await attempt(async () => {
    instance.value = await get<Instance>('instance');
    newest.value = Math.max(newest.value ?? 0, instance.value.latest ?? 0) || null;
  });
}

export async function loadLists(): Promise<void> {
  await attempt(async () => {
    const [names, list] = await Promise.all([
      get<{ metrics: Metric[] }>('metrics'),
      get<{ containers: Container[] }>('containers', { limit: 5000 }),
    ]);
    metrics.value = names.metrics;
    containers.value = list.containers;
  });
}

let asking: AbortController | null = null;

/** Events of what is shown. */
export async function loadEvents(): Promise<void> {
  asking?.abort();
  const own = (asking = new AbortController());
  const { from, to } = shown.peek();
  const names = chosen.peek();
  await attempt(async () => {
    const parameters = {
      from: Math.floor(from),
      to: Math.ceil(to),
      limit: 500,
      ...(names.length === 0 ? {} : { containers: names.join(',') }),
    };
    events.value = (await get<{ events: RecordedEvent[] }>('events', parameters, own.signal)).events;
  });
}

/** Follows the recorder: the viewer says when there are new rows. */
export async function followRows(): Promise<never> {
  for (;;) {
    await admitted();
    try {
      const response = await request('live');
      if (response.ok) for await (const { name, data } of serverEvents(response)) if (name === 'rows') rowsCame(data);
    } catch {
      // The viewer has gone, or the network: what follows says so.
    }
    if (!wantsToken.peek()) await loadInstance();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function rowsCame(data: string): void {
  const { latest } = JSON.parse(data) as { latest: number | null };
  if (latest !== null) newest.value = latest;
  if (instance.peek()?.state === 'waiting') void loadAll();
}

/** Containers of the list that the search finds. */
export const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return containers.value.filter((one) => {
    const text =
      `${one.namespace ?? ''} ${one.pod ?? ''} ${one.container ?? ''} ${one.id} ${one.node} ${one.qos ?? ''} ${one.runtime ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
});

/** All lists, as when the page is opened. */
export async function loadAll(): Promise<void> {
  await loadInstance();
  await loadLists();
}

export function start(): void {
  void loadAll();
  if (offline === null) {
    void followRows();
    setInterval(() => {
      if (!wantsToken.peek()) void loadLists();
    }, LISTS_MS);
  }
  const lookAgain = atRest(() => void loadAll(), INDEXING_MS);
  effect(() => {
    if (instance.value?.indexing) lookAgain();
  });
  const askForEvents = atRest(() => void loadEvents(), REST_MS);
  effect(() => {
    // Read here, so that it runs again whenever they change.
    void [range.value, chosen.value, instance.value?.state];
    askForEvents();
  });
}
