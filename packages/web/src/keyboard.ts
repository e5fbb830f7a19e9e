import { showAll } from './header.tsx';
import { shown } from './store.ts';
import { range } from './view-state.ts';

/** How far an arrow moves, in parts of what is shown. */
const STEP = 0.25;
const ZOOM = 1.5;
const SHORTEST_MS = 2_000;

/** What keys do, as the help says it. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ['← →', 'earlier, later'],
  ['+ −', 'closer, farther'],
  ['0', 'everything'],
  ['l', 'live: the last 15 minutes'],
  ['/', 'search containers'],
  ['?', 'these keys'],
];

/** Keys of the page, where no field has the focus. */
export function listenToKeys(toggleHelp: () => void): void {
  window.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement;
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) return;
    const { from, to } = shown.peek();
    const length = to - from;
    switch (event.key) {
      case 'ArrowLeft':
        range.value = { from: from - length * STEP, to: to - length * STEP };
        break;
      case 'ArrowRight':
        range.value = { from: from + length * STEP, to: to + length * STEP };
        break;
      case '+':
      case '=':
        zoom(from, to, 1 / ZOOM);
        break;
      case '-':
        zoom(from, to, ZOOM);
        break;
      case '0':
        showAll();
        break;
      case 'l':
        range.value = { last: 15 * 60_000 };
        break;
      case '/':
        document.querySelector<HTMLInputElement>('.search input')?.focus();
        break;
      case '?':
        toggleHelp();
        break;
      default:
        return;
    }
    event.preventDefault();
  });
}

function zoom(from: number, to: number, factor: number): void {
  const middle = (from + to) / 2;
  const half = Math.max(SHORTEST_MS, (to - from) * factor) / 2;
  range.value = { from: middle - half, to: middle + half };
}
