import { useSignal } from '@preact/signals';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { ContainerList } from './container-list.tsx';
import { EventList } from './event-list.tsx';
import { Header } from './header.tsx';
import { KEYS, listenToKeys } from './keyboard.ts';
import { loadDashboard } from './load-dashboard.ts';
import { MetricPicker } from './metric-picker.tsx';
import { Overview } from './overview.tsx';
import { Panel } from './panel.tsx';
import { instance, loadAll, start } from './store.ts';
import { ProcessTable } from './process-table.tsx';
import { followTheme } from './theme.ts';
import { TokenForm } from './token-form.tsx';
import { wantsToken } from './token.ts';
import { followAddress, givenAddress, panelOf, panels } from './view-state.ts';
import { Waiting } from './waiting.tsx';

function App() {
  const adding = useSignal(false);
  const help = useSignal(false);
  useEffect(() => listenToKeys(() => (help.value = !help.value)), []);
  if (wantsToken.value) {
    return (
      <TokenForm
        onAdmitted={() => {
          void loadAll();
          void loadDashboard(address);
        }}
      />
    );
  }
  if (instance.value?.state === 'waiting') {
    return (
      <>
        <Header />
        <Waiting />
      </>
    );
  }
  return (
    <>
      <Header />
      <div class="columns">
        <ContainerList />
        <main>
          <Overview />
          {panels.value.map((panel) => (
            <Panel key={panel.id} panel={panel} only={panels.value.length === 1} />
          ))}
          {adding.value ? (
            <MetricPicker
              onPick={(metric) => {
                adding.value = false;
                panels.value = [...panels.value, panelOf(metric)];
              }}
              onClose={() => (adding.value = false)}
            />
          ) : (
            <button class="add" onClick={() => (adding.value = true)}>
              + chart
            </button>
          )}
          <ProcessTable />
          <EventList />
        </main>
      </div>
      {help.value && (
        <dialog open aria-label="Keys" class="keys">
          <dl>
            {KEYS.map(([keys, what]) => (
              <div key={keys}>
                <dt>
                  <kbd>{keys}</kbd>
                </dt>
                <dd>{what}</dd>
              </div>
            ))}
          </dl>
          <p>
            In a chart: drag to choose a range, Shift and drag to move, the wheel to zoom, click to list the processes
            of an instant. With the focus in a chart (Tab) the arrows move its cursor, and Enter is the click.
          </p>
          <button onClick={() => (help.value = false)}>close</button>
        </dialog>
      )}
    </>
  );
}

const address = givenAddress();
followTheme();
followAddress();
start();
void loadDashboard(address);
const host = document.getElementById('app')!;
host.replaceChildren();
render(<App />, host);
