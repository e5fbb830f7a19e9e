/** Runs in an exported page, before the page itself: finds what stands in it and lets it be asked. */
import { answersOf } from './answers.ts';
import { type Manifest, MANIFEST_ID, TABLE_ID } from './manifest.ts';

declare const document: { getElementById(id: string): { readonly textContent: string } | null };

function textOf(id: string): string {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`this file is not whole: it has no ${id}`);
  return element.textContent;
}

function bytesOf(table: string): ArrayBuffer {
  const text = atob(textOf(TABLE_ID + table));
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes.buffer;
}

const manifest = JSON.parse(textOf(MANIFEST_ID)) as Manifest;
const answers = answersOf(manifest, bytesOf);

// What @fgm/web asks instead of a server: see its api.ts.
Object.assign(globalThis, {
  fgmOffline: {
    view: manifest.view,
    exported: Date.parse(manifest.exported_at),
    notes: manifest.notes,
    tables: Object.keys(manifest.tables),
    bytesOf,
    ask: (question: string, signal?: AbortSignal) => answers.ask(question, signal),
  },
});
