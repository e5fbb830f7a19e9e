/**
 * What the recorder does to those it measures: a process with 4 GiB in small pages maps and unmaps memory all the time, and
 * says for how long it was stalled. By itself; while its smaps_rollup is read once a second, as every other tool does to know
 * PSS; and under a recorder as users run it.
 *
 *     node --conditions=@fgm/source bench/macro/patient.ts [--mebibytes 4096] [--seconds 60] [FLAGS OF fgm monitor after --]
 *
 * The comparison has proved nothing unless every read of smaps_rollup has stalled the process: then this command fails.
 */
import { CgroupSandbox, Patient, type Felt } from '@fgm/testkit';
import { randomBytes, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { MeasuredRecorder } from '../harness/recorder.ts';
import { report, type Figure } from '../harness/report.ts';
import { scratchDirectory } from '../harness/scratch.ts';
import { short } from '../harness/statistics.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { mebibytes: { type: 'string', default: '4096' }, seconds: { type: 'string', default: '60' } },
});
const seconds = Number(values.seconds);
const LONG_MS = 10;

/** The metrics of page walks, by their labels. */
async function walkMetrics(recorder: MeasuredRecorder): Promise<Record<string, number>> {
  const body = await (await fetch(`${recorder.url}/metrics`)).text();
  const lines = body.split('\n').filter((line) => line.startsWith('fgm_pagewalk') && !line.endsWith(' 0'));
  return Object.fromEntries(
    lines.map((line) => line.split(' ') as [string, string]).map(([key, n]) => [key, Number(n)]),
  );
}

async function recorded(patient: Patient): Promise<{ felt: Felt; walks: Record<string, number> }> {
  const sandbox = new CgroupSandbox('fgm-bench');
  const id = randomBytes(32).toString('hex');
  const below = `kubepods/burstable/pod${randomUUID()}/${id}`;
  sandbox.make(below);
  sandbox.move(patient.pid, below);
  const recorder = await MeasuredRecorder.start(scratchDirectory(), ['--scope', 'containers', ...positionals]);
  try {
    const felt = await patient.feel(seconds);
    return { felt, walks: await walkMetrics(recorder) };
  } finally {
    await recorder.stop();
    await patient.kill();
    sandbox.close();
  }
}

function row(name: string, felt: Felt): Figure {
  const { over1, over10, p9999, max, longestCpuWait } = felt;
  const note = `${over1} over 1 ms, p99.99 ${short(p9999)} ms, longest ${short(max)} ms; waited ${short(longestCpuWait)} ms for a CPU`;
  return { name, value: `${over10} stalls over ${LONG_MS} ms`, note };
}

const patient = await Patient.start(Number(values.mebibytes));
try {
  const idle = await patient.feel(seconds);
  const { felt: stalled, reads } = await patient.feelRollups(seconds, 1000);
  const { felt, walks } = await recorded(patient);
  const walked = Object.entries(walks).filter(([key]) => key.startsWith('fgm_pagewalk_seconds_total'));
  const figures: Figure[] = [
    row('nobody looks', idle),
    row('smaps_rollup, once a second', stalled),
    {
      name: '',
      value: `${reads.length} reads`,
      note: `${short(Math.min(...reads))} to ${short(Math.max(...reads))} ms each`,
    },
    row('recorder, once a second', felt),
    ...walked.map(([key, value]) => ({ name: '', value: `${short((value * 1000) / seconds)} ms/s`, note: key })),
  ];
  report('patient', figures, {
    seconds,
    mebibytes: values.mebibytes,
    flags: positionals,
    idle,
    stalled,
    reads,
    felt,
    walks,
  });
  const shortest = Math.min(LONG_MS, ...reads) * 0.5;
  const stalls = stalled.stalls.filter((ms) => ms >= shortest).length;
  if (stalls < reads.length) {
    console.error(
      `${reads.length} reads of smaps_rollup have stalled the process only ${stalls} times: nothing is proved`,
    );
    process.exitCode = 1;
  }
} finally {
  await patient.kill();
}
