import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** The page's files, by the paths under which browsers ask for them. */
const FILES = [
  ['/', 'index.html', 'text/html; charset=utf-8'],
  ['/app.js', 'app.js', 'text/javascript; charset=utf-8'],
  ['/style.css', 'style.css', 'text/css; charset=utf-8'],
] as const;

/** Whoever asks may have them: nothing recorded is in them. */
export const PAGE_PATHS: readonly string[] = FILES.map(([path]) => path);

/** Nothing from anywhere else, nothing that stands in the page itself, and nobody may frame it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface PageFile {
  readonly type: string;
  readonly tag: string;
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
}

/** Hands out the page. Its files are read and compressed once, when the first of them is asked for. */
export function pageRoutes(app: FastifyInstance): void {
  for (const [path, name, type] of FILES) {
    let file: PageFile | null = null;
    app.get(path, { schema: { hide: true } }, (request, reply) => {
      file ??= load(name, type);
      send(request, reply, file);
    });
  }
  app.addHook('onSend', (_request, reply, payload, done) => {
    void reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer');
    done(null, payload);
  });
}

function load(name: string, type: string): PageFile {
  const plain = readFileSync(fileURLToPath(import.meta.resolve(`@fgm/web/page/${name}`)));
  const tag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 27)}"`;
  return { type, tag, plain, br: brotliCompressSync(plain), gzip: gzipSync(plain) };
}

function send({ headers }: FastifyRequest, reply: FastifyReply, file: PageFile): void {
  void reply
    .header('content-type', file.type)
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-cache')
    .header('vary', 'accept-encoding')
    .header('etag', file.tag);
  if (headers['if-none-match'] === file.tag) return void reply.code(304).send();
  const accepted = headers['accept-encoding'] ?? '';
  const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : null;
  if (encoding !== null) void reply.header('content-encoding', encoding);
  void reply.send(encoding === null ? file.plain : file[encoding]);
}
