import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiError } from './api.ts';
import { Asking } from './asking.ts';
import { shown } from './store.ts';
import { chosen, comparison } from './view-state.ts';

/** While rows come in, charts are asked for anew no more often than this, in milliseconds. */
const REFRESH_MS = 1_000;

export interface Answered<T> {
  readonly answer: Signal<T | null>;
  /** What stands in its place; null when there is something to see. */
  readonly message: Signal<string | null>;
}

/**
 * What the viewer answers about the range that is shown, and again whenever that, the containers or what it is compared with change.
 * @param depends what else the question depends on
 */
export function useAnswer<T>(
  question: (signal: AbortSignal) => Promise<T>,
  isEmpty: (answer: T) => boolean,
  depends: readonly unknown[],
): Answered<T> {
  const answer = useSignal<T | null>(null);
  const message = useSignal<string | null>('Loading…');
  useEffect(() => {
    const asking = new Asking<T>({
      question,
      answered: (found) => {
        answer.value = found;
        message.value = isEmpty(found) ? 'Nothing was recorded here in this range.' : null;
      },
      failed: (error) => {
        answer.value = null;
        message.value = error instanceof ApiError ? error.message : 'The viewer does not answer.';
      },
      refreshMs: REFRESH_MS,
    });
    const soon = (): void => asking.soon();
    const stops = [subscribed(shown, soon), subscribed(chosen, () => void asking.now()), subscribed(comparison, soon)];
    soon();
    return () => {
      for (const stop of stops) stop();
      asking.stop();
    };
  }, depends);
  return { answer, message };
}

/** Tells of changes, and not of what there is to begin with. */
function subscribed<T>(source: ReadonlySignal<T>, tell: () => void): () => void {
  let isFirst = true;
  return source.subscribe(() => {
    if (!isFirst) tell();
    isFirst = false;
  });
}
