/**
 * What a plain program would do: a timer for the next multiple of the interval, set anew each time. Prints, as JSON, by how many
 * milliseconds each of its ticks was late.
 *
 *     node bench/load/timer-loop.ts INTERVAL_MS SECONDS
 */
const [intervalMs, seconds] = process.argv.slice(2).map(Number) as [number, number];
const now = (): number => performance.timeOrigin + performance.now();
const lateness: number[] = [];
const end = now() + seconds * 1000;

function next(): void {
  const due = (Math.floor(now() / intervalMs) + 1) * intervalMs;
  setTimeout(() => {
    // A timer may fire early by part of a millisecond; that is no lateness.
    lateness.push(Math.max(0, now() - due));
    if (now() < end) next();
    else console.log(JSON.stringify(lateness));
  }, due - now());
}

next();
