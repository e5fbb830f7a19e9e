import { useSignal } from '@preact/signals';
import { containers, found, nameOf, newest, titleOf } from './store.ts';
import { formatLength, formatTime } from './times.ts';
import { chosen, search } from './view-state.ts';

/** So many are listed at once: the search finds the others. */
const MOST = 200;
/** Who has not been seen for so long before the newest row is gone, in milliseconds. */
const GONE_MS = 10_000;

/** The containers, those seen last first; what is chosen is what the charts show. */
export function ContainerList() {
  const most = useSignal(MOST);
  const all = found.value;
  const selected = new Set(chosen.value);
  return (
    <aside class="containers" aria-label="Containers">
      <div class="search">
        <input
          type="search"
          aria-label="Search containers"
          placeholder="Search: name, namespace, id, node…"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
      </div>
      <p class="count" role="status">
        {all.length === containers.value.length
          ? `${all.length} ${all.length === 1 ? 'container' : 'containers'}`
          : `${all.length} of ${containers.value.length} containers`}
        {selected.size > 0 && (
          <button class="link" onClick={() => (chosen.value = [])}>
            {`clear ${selected.size} chosen`}
          </button>
        )}
      </p>
      <ul>
        {all.slice(0, most.value).map((container) => {
          const name = nameOf(container);
          const gone = (newest.value ?? 0) - container.last_seen > GONE_MS;
          const title = titleOf(container);
          return (
            <li key={name} class={gone ? 'gone' : ''}>
              <label title={container.id}>
                <input type="checkbox" checked={selected.has(name)} onChange={() => toggle(name)} />
                <span class="name">{title}</span>
                <span class="facts">
                  {[
                    container.namespace,
                    container.qos,
                    container.runtime,
                    gone ? `gone ${formatLength((newest.value ?? 0) - container.last_seen)} ago` : null,
                  ]
                    .filter((fact) => fact !== null)
                    .join(' · ')}
                  <span class="hidden">{`, first seen ${formatTime(container.first_seen)}`}</span>
                </span>
              </label>
            </li>
          );
        })}
      </ul>
      {all.length > most.value && (
        <button class="link" onClick={() => (most.value += MOST)}>
          {`${all.length - most.value} more`}
        </button>
      )}
    </aside>
  );
}

function toggle(name: string): void {
  chosen.value = chosen.value.includes(name) ? chosen.value.filter((one) => one !== name) : [...chosen.value, name];
}
