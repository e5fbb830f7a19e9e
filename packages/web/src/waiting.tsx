import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { loadAll } from './store.ts';

const POLL_MS = 2_000;
/** After so long it is no matter of waiting any more, in milliseconds. */
const LONG_MS = 180_000;

/** While there is nothing to show. */
export function Waiting() {
  const waited = useSignal(0);
  useEffect(() => {
    const since = Date.now();
    const timer = setInterval(() => {
      waited.value = Date.now() - since;
      void loadAll();
    }, POLL_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main class="waiting">
      <h2>Waiting for the first data…</h2>
      <p>A recorder writes its first rows within two seconds of its start. This page shows them by itself.</p>
      {waited.value >= LONG_MS && (
        <>
          <p role="alert">Nothing has come for three minutes. What to look at:</p>
          <ol>
            <li>
              Is a recorder running? <code>fgm monitor --output-dir DIR</code>, with the same directory as this viewer.
              Its log says what keeps it from recording.
            </li>
            <li>
              May it write there? <code>fgm doctor --output-dir DIR</code> tells.
            </li>
            <li>
              Are there files? <code>ls DIR/spool DIR/dt=*</code> has something as soon as rows are written.
            </li>
          </ol>
        </>
      )}
    </main>
  );
}
