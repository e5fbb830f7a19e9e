import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Alert, RuleFile } from '../../src/rule-file.ts';

export const RULES = fileURLToPath(
  new URL('../../../../deploy/helm/fine-grained-monitor/files/rules.yaml', import.meta.url),
);

export function readRules(): RuleFile {
  return parse(readFileSync(RULES, 'utf8')) as RuleFile;
}

export function readAlerts(): readonly Alert[] {
  return readRules().groups.flatMap(({ rules }) => rules);
}
