/** The viewer's page as one file that needs no server: what stands before the tables in it, around each, and after them. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Manifest, MANIFEST_ID, TABLE_ID } from './manifest.ts';

export type { EmbeddedContainer, Manifest } from './manifest.ts';
export type { Origin } from '../recordings/recording.ts';
export { LIMITS as METRIC_LIMITS } from '../recordings/limits.ts';
export { KEYS } from '../recordings/metric.ts';
export { PROCESS_FIGURES } from '../query/processes-at.ts';

/** A file, in this order: head, then each table between its own two texts as Base64, then tail. */
export interface PageFile {
  readonly head: string;
  readonly table: (name: string) => readonly [before: string, after: string];
  readonly tail: string;
}

const STYLE_LINK = '<link rel="stylesheet" href="style.css" />';
const SCRIPT_LINK = '<script type="module" src="app.js"></script>';
const BODY_END = '</body>';

function built(path: string): string {
  return readFileSync(fileURLToPath(import.meta.resolve(path)), 'utf8');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** Only these scripts and this style, and nothing from anywhere, whatever the names in the data are. */
function policyOf(scripts: readonly string[], style: string): string {
  return [
    "default-src 'none'",
    `script-src ${scripts.map(hashOf).join(' ')}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/** Built text that goes into an element. @throws Error when it would end the element */
function within(element: string, text: string): string {
  if (text.toLowerCase().includes(`</${element}`) || text.includes('<!--'))
    throw new Error(`the built page has an end of ${element} in it`);
  return text;
}

/** JSON that no browser takes for anything else: without the sign that all markup begins with. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

function split(text: string, at: string): readonly [string, string] {
  const [before, after, more] = text.split(at);
  if (after === undefined || more !== undefined) throw new Error(`the built page has not one ${at}`);
  return [before!, after];
}

/** @throws Error when the page has not been built */
export function pageFile(manifest: Manifest): PageFile {
  const style = within('style', built('@fgm/web/page/style.css'));
  const answers = within('script', built('@fgm/viewer/page/answers.js'));
  const app = within('script', built('@fgm/web/page/app.js'));
  const policy = `<meta http-equiv="Content-Security-Policy" content="${policyOf([answers, app], style)}" />`;
  // The policy first: it counts for what comes after it.
  const [charset, rest] = split(built('@fgm/web/page/index.html'), '<meta charset="utf-8" />');
  const [head, body] = split(rest, STYLE_LINK);
  const [beforeScript, afterScript] = split(body, SCRIPT_LINK);
  const [content, end] = split(afterScript, BODY_END);
  return {
    head: `${charset}<meta charset="utf-8" />\n    ${policy}${head}<style>${style}</style>${beforeScript}${content}<script type="application/json" id="${MANIFEST_ID}">${inertJson(manifest)}</script>\n`,
    table: (name) => [`<script type="application/vnd.apache.parquet" id="${TABLE_ID}${name}">`, '</script>\n'],
    tail: `<script>${answers}</script>\n<script type="module">${app}</script>\n  ${BODY_END}${end}`,
  };
}
