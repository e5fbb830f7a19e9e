/** Parts of the JSON schemas that requests are checked by, answers are shaped by, and openapi.json is made of. */
import type { JSONSchema } from 'json-schema-to-ts';

export const TEXT = { type: 'string' } as const;
export const TEXT_OR_NULL = { type: 'string', nullable: true } as const;
export const NUMBER = { type: 'number' } as const;
export const NUMBER_OR_NULL = { type: 'number', nullable: true } as const;
export const INTEGER = { type: 'integer' } as const;
export const INSTANT = { type: 'number', description: 'Milliseconds since the Unix epoch.' } as const;
export const INSTANT_OR_NULL = { ...INSTANT, nullable: true } as const;
/** Of a range, in a request. */
export const TIME = {
  type: 'string',
  maxLength: 40,
  description: 'Milliseconds since 1970, ISO 8601, or -15m.',
} as const;
export const CONTAINERS = {
  type: 'string',
  maxLength: 100_000,
  description: 'Ids by commas; all unless given.',
} as const;

/** An object that has all of these. */
export function objectOf(properties: Readonly<Record<string, JSONSchema>>, optional: readonly string[] = []) {
  return {
    type: 'object' as const,
    properties,
    required: Object.keys(properties).filter((name) => !optional.includes(name)),
  };
}

export function listOf(items: JSONSchema, description?: string) {
  return { type: 'array' as const, items, ...(description === undefined ? {} : { description }) };
}
