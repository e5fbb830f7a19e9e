import {
  DuckDBArrayValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
} from '@duckdb/node-api';
import type { DuckDBValue } from '@duckdb/node-api';

const USEC_PER_SECOND = 1_000_000n;
/** Outside of these years ISO 8601 needs signs, and 'infinity' is a timestamp as well. */
const FIRST_USEC = BigInt(Date.UTC(0, 0, 1)) * 1000n;
const LAST_USEC = BigInt(Date.UTC(9999, 11, 31)) * 1000n;

/** `2026-11-21T05:00:00.123456`: no more digits of a second than it takes. */
function isoTime(usec: bigint): string {
  const fraction = ((usec % USEC_PER_SECOND) + USEC_PER_SECOND) % USEC_PER_SECOND;
  const whole = new Date(Number((usec - fraction) / 1000n)).toISOString().slice(0, 19);
  if (fraction === 0n) return whole;
  return `${whole}.${fraction.toString().padStart(6, '0').replace(/000$/, '')}`;
}

function timestampText(value: DuckDBTimestampValue | DuckDBTimestampTZValue, zone: string): string {
  const { micros } = value;
  return micros < FIRST_USEC || micros > LAST_USEC ? value.toString() : isoTime(micros) + zone;
}

/** A value as text. Times are ISO 8601; those with a zone are in UTC. */
export function cellText(value: DuckDBValue): string {
  if (value instanceof DuckDBTimestampTZValue) return timestampText(value, 'Z');
  if (value instanceof DuckDBTimestampValue) return timestampText(value, '');
  return String(value);
}

function structJson(value: DuckDBStructValue): string {
  const fields = Object.entries(value.entries).map(([name, field]) => `${JSON.stringify(name)}:${cellJson(field)}`);
  return `{${fields.join(',')}}`;
}

function mapJson(value: DuckDBMapValue): string {
  const entries = value.entries.map(({ key, value: mapped }) => `${JSON.stringify(cellText(key))}:${cellJson(mapped)}`);
  return `{${entries.join(',')}}`;
}

/** A value as JSON. Integers of any size keep all their digits; what JSON has no number for (NaN, infinity) is null. */
export function cellJson(value: DuckDBValue): string {
  if (value === null) return 'null';
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (value instanceof DuckDBDecimalValue) return value.toString();
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue)
    return `[${value.items.map(cellJson).join(',')}]`;
  if (value instanceof DuckDBStructValue) return structJson(value);
  if (value instanceof DuckDBMapValue) return mapJson(value);
  return JSON.stringify(cellText(value));
}

const DATE_TYPES = [DuckDBDateValue, DuckDBTimestampSecondsValue, DuckDBTimestampMillisecondsValue];

/** True for what stands on the right of its column in a table. */
export function isNumeric(value: DuckDBValue): boolean {
  if (typeof value === 'number' || typeof value === 'bigint') return true;
  return value instanceof DuckDBDecimalValue && !DATE_TYPES.some((type) => value instanceof type);
}
