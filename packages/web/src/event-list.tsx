import { containers, events, titleOf } from './store.ts';
import { formatTime } from './times.ts';
import { range } from './view-state.ts';

/** Around an event, so much is shown, in milliseconds. */
const AROUND_MS = 60_000;
const MOST = 100;

/** What happened in the range that is shown, the latest first. */
export function EventList() {
  const list = events.value.toReversed();
  return (
    <details class="events" open={list.some(({ severity }) => severity === 'critical')}>
      <summary>{`${list.length} events`}</summary>
      <ol>
        {list.slice(0, MOST).map((event, at) => (
          <li key={`${event.time} ${at}`} class={event.severity}>
            <button
              class="link"
              title="Show the time around it"
              onClick={() => (range.value = { from: event.time - AROUND_MS, to: event.time + AROUND_MS })}
            >
              {formatTime(event.time, true)}
            </button>
            <strong>{event.type.replaceAll('_', ' ')}</strong>
            <span class="who">{whoOf(event)}</span>
            <span class="detail">{detailOf(event.detail)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}

function whoOf({ container, node, pid }: (typeof events.value)[number]): string {
  const known = containers.value.find((one) => one.id === container && (node === null || one.node === node));
  const name = known !== undefined ? titleOf(known) : container === null ? 'recorder' : container.slice(0, 12);
  return pid === null ? name : `${name}, pid ${pid}`;
}

function detailOf(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && typeof value !== 'object')
    .map(([key, value]) => `${key.replaceAll('_', ' ')} ${String(value)}`)
    .join(', ');
}
