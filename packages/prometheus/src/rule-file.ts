/** A rule file of Prometheus, as far as we write it: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/ */
export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly interval?: string; readonly rules: readonly Alert[] }[];
}

export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws Error where it is none that we write */
function milliseconds(duration: string): number {
  const [, number, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(duration) ?? [];
  if (number === undefined) throw new Error(`${duration} is not a duration such as 5m`);
  return Number(number) * MS[unit!]!;
}

function shorter(duration: string, factor: number): string {
  return `${Math.round(milliseconds(duration) / factor)}ms`;
}

/** Ranges and offsets of an expression, so many times shorter. Rates are per second all the same, so thresholds keep their sense. */
export function scaledExpression(expression: string, factor: number): string {
  return expression
    .replace(/\[(\w+)\]/g, (_, range: string) => `[${shorter(range, factor)}]`)
    .replace(/\boffset (\w+)/g, (_, offset: string) => `offset ${shorter(offset, factor)}`);
}

/**
 * The same rules in a hurry: for tests that cannot wait for minutes.
 * @param factor how many times faster, for each alert
 * @param interval at which they are evaluated
 */
export function scaledRules({ groups }: RuleFile, factor: (alert: string) => number, interval: string): RuleFile {
  return {
    groups: groups.map((group) => ({
      ...group,
      interval,
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: scaledExpression(rule.expr, factor(rule.alert)),
        for: shorter(rule.for, factor(rule.alert)),
      })),
    })),
  };
}
