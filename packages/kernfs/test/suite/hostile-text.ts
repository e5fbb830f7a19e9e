import { HOSTILE_BYTES } from '@fgm/testkit';
import fc from 'fast-check';
import { HOSTILE } from './hostile.ts';
import { decimal, mutated } from './mutations.ts';
import { samplesOf } from './samples.ts';

/** A slow parser may take time that grows with the square of the text. */
const LONGEST_PIECE = 600;

function piecesOf(sample: string): string[] {
  const lines = sample.split('\n').map((line) => `${line}\n`);
  return [sample, ...lines].map((piece) => piece.slice(0, LONGEST_PIECE));
}

const ANY_BYTE = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
const KNOWN = [...HOSTILE, ...HOSTILE_BYTES.map(({ bytes }) => Buffer.from(bytes).toString('latin1'))];
const EVERYBODYS = [...new Set(samplesOf().flatMap(piecesOf))];

/**
 * Texts that are not this file: parts of it among parts of other kernel files, hostile bytes, numbers and noise, in any order.
 * @param family directory of its own samples in test-fixtures
 */
export function hostileText(family: string): fc.Arbitrary<string> {
  const own = [...new Set(samplesOf([family]).flatMap(piecesOf))];
  const piece = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...own) },
    { weight: 2, arbitrary: fc.constantFrom(...EVERYBODYS) },
    { weight: 2, arbitrary: fc.constantFrom(...KNOWN.map((text) => text.slice(0, LONGEST_PIECE))) },
    { weight: 1, arbitrary: decimal },
    { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(...ANY_BYTE), maxLength: 40 }) },
  );
  const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
  const ended = fc.tuple(text, fc.boolean()).map(([start, line]) => (line ? `${start}\n` : start));
  return mutated(ended);
}
