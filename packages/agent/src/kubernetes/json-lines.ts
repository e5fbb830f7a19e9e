import { ApiError } from './api-error.ts';

const LF = 0x0a;

/**
 * The values of a stream of JSON lines, such as the answer to a watch. A last line without its line end has been cut off and
 * is left out.
 *
 * @param longest bytes of a line
 * @throws ApiError `malformed`, `too_large`
 */
export async function* jsonLines(stream: AsyncIterable<Buffer>, longest: number): AsyncGenerator {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      const line = Buffer.concat([...begun, chunk.subarray(start, end)]);
      begun = [];
      length = 0;
      start = end + 1;
      if (line.length > 0) yield parseJson(line);
    }
    begun.push(chunk.subarray(start));
    length += chunk.length - start;
    if (length > longest) throw new ApiError('too_large', `a line of more than ${longest} bytes`);
  }
}

/** The value of a whole body. @throws ApiError `malformed`, `too_large` */
export async function jsonBody(stream: AsyncIterable<Buffer>, longest: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > longest) throw new ApiError('too_large', `a body of more than ${longest} bytes`);
    chunks.push(chunk);
  }
  return parseJson(Buffer.concat(chunks));
}

/** Bytes that are not UTF-8 become U+FFFD, as they do in every text of a recording. */
function parseJson(bytes: Buffer): unknown {
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ApiError('malformed', `not JSON: ${JSON.stringify(text.slice(0, 80))}`, { cause });
  }
}
