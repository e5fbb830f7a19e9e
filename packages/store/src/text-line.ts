import type { TextLine } from './texts.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whether a JSON value is a line as we write it: a line that was damaged may be JSON and yet be none. */
export function isTextLine(value: unknown): value is TextLine {
  if (!isObject(value)) return false;
  if ('entity' in value) return isEntity(value['entity']);
  if ('process' in value) return isProcess(value['process']);
  if ('name' in value) return isName(value['name']);
  return 'event' in value && isEvent(value['event']);
}

function isEntity(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['identity'])) return false;
  const {
    scope,
    containerId,
    cgroup,
    restartCount = null,
    labels = null,
    annotations = null,
    ...texts
  } = value['identity'];
  return (
    isNumber(value['entity']) &&
    isTime(value['firstSeen']) &&
    (value['lastSeen'] === null || isTime(value['lastSeen'])) &&
    [scope, containerId, cgroup].every(isText) &&
    (restartCount === null || isNumber(restartCount)) &&
    [labels, annotations].every((set) => set === null || isObject(set)) &&
    Object.values(texts).every(isTextOrNull)
  );
}

function isProcess(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isNumber(value['process']) && isText(value['comm']) && isTextOrNull(value['cmdline']) && isTextOrNull(value['exe'])
  );
}

function isName(value: unknown): boolean {
  return isObject(value) && isNumber(value['number']) && isText(value['name']) && isTextOrNull(value['alias'] ?? null);
}

function isEvent(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { type, severity, time, entity, pid, detail } = value;
  const about = [entity, pid].every((number) => number === null || isNumber(number));
  return isText(type) && isText(severity) && isNumber(time) && time >= 0 && about && isObject(detail);
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Milliseconds, a part of one included, that a date can be made of. */
function isTime(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(new Date(value).getTime());
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}
