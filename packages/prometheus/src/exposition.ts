/** A metric as it describes itself at /metrics. */
export interface Described {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  /** Names of its labels, `le` of histograms left out. */
  readonly labels: readonly string[];
  /** The sum of its values; of a histogram, how much was observed. */
  readonly total: number;
}

const NAME = /^[a-zA-Z_:][\w:]*/;
const LABEL = /([a-z_]+)="(?:[^"\\]|\\.)*"/g;

/** Reads Prometheus's text format, as far as we write it: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function parseExposition(text: string): readonly Described[] {
  const described: Described[] = [];
  for (const block of text.split(/^(?=# HELP )/m).filter((part) => part.startsWith('# HELP '))) {
    const [helpLine, typeLine, ...samples] = block.trimEnd().split('\n') as [string, string, ...string[]];
    const [name] = NAME.exec(helpLine.slice('# HELP '.length))!;
    const lines = samples.filter((line) => line !== '' && !line.startsWith('#'));
    const counted = lines.filter((line) => [name, `${name}_count`].includes(NAME.exec(line)![0]));
    const labels = new Set(lines.flatMap((line) => [...line.matchAll(LABEL)].map(([, label]) => label!)));
    labels.delete('le');
    described.push({
      name,
      type: typeLine.slice(`# TYPE ${name} `.length),
      help: helpLine.slice(`# HELP ${name} `.length),
      labels: [...labels],
      total: counted.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0),
    });
  }
  return described;
}
