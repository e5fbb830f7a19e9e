import { readFileSync, readdirSync } from 'node:fs';

/** What a thread of the recorder does. `runtime` are V8's own threads and whoever has not been told apart. */
export type ThreadRole = 'main' | 'discovery' | 'sampler' | 'writer' | 'runtime';

/** CPU nanoseconds by role, and of the sampler's those in the kernel. */
export type ThreadTimes = Readonly<Record<ThreadRole, number>> & { readonly samplerKernel: number };

interface Thread {
  readonly id: string;
  readonly comm: string;
  readonly cpuNs: number;
  readonly kernelShare: number;
  readonly reads: number;
  readonly written: number;
}

function threadsOf(pid: number): Thread[] {
  const directory = `/proc/${pid}/task`;
  return readdirSync(directory).map((id) => {
    const read = (file: string): string => readFileSync(`${directory}/${id}/${file}`, 'latin1');
    const stat = read('stat');
    const [user, system] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13)
      .map(Number) as [number, number];
    const io = Object.fromEntries(
      read('io')
        .split('\n')
        .map((line) => line.split(': ') as [string, string]),
    );
    return {
      id,
      comm: read('comm').trim(),
      cpuNs: Number(read('schedstat').split(' ')[0]),
      kernelShare: user + system === 0 ? 0 : system / (user + system),
      reads: Number(io['syscr']),
      written: Number(io['wchar']),
    };
  });
}

/** Node names a worker so; those of libuv's pool are called by discovery alone. */
const WORKER = 'WorkerThread';
const POOL = 'libuv-worker';

/**
 * Tells a recorder's threads apart by what they have done: a recorder with one sampler thread has three workers; who has read
 * most often is the sampler, who of the others has written most the writer.
 * @throws Error with another number of workers
 */
export function rolesOf(pid: number): ReadonlyMap<string, ThreadRole> {
  const threads = threadsOf(pid);
  const workers = threads.filter(({ comm }) => comm === WORKER).sort((a, b) => b.reads - a.reads);
  if (workers.length !== 3) throw new Error(`process ${pid}: want 3 threads named ${WORKER}, found ${workers.length}`);
  const [sampler, ...others] = workers as [Thread, Thread, Thread];
  const writer = others[0].written > others[1].written ? others[0] : others[1];
  const roles = new Map<string, ThreadRole>(
    threads.map(({ id, comm }) => [id, comm === POOL ? 'discovery' : 'runtime']),
  );
  for (const { id } of others) roles.set(id, 'discovery');
  return roles.set(`${pid}`, 'main').set(sampler.id, 'sampler').set(writer.id, 'writer');
}

export function threadTimes(pid: number, roles: ReadonlyMap<string, ThreadRole>): ThreadTimes {
  const times = { main: 0, discovery: 0, sampler: 0, writer: 0, runtime: 0, samplerKernel: 0 };
  for (const { id, cpuNs, kernelShare } of threadsOf(pid)) {
    const role = roles.get(id) ?? 'runtime';
    times[role] += cpuNs;
    // Its whole life's share: in clock ticks a short stretch says little.
    if (role === 'sampler') times.samplerKernel += cpuNs * kernelShare;
  }
  return times;
}

export function timesBetween(before: ThreadTimes, after: ThreadTimes): ThreadTimes {
  const names = Object.keys(before) as (keyof ThreadTimes)[];
  return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as ThreadTimes;
}
