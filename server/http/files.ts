/** The web's files, read once at start, with their compressed twins: pages are never cached, hashed files for ever. */
import type { Context } from 'hono';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { problem } from '../core/problem.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.ico': 'image/x-icon',
  '.webmanifest': 'application/manifest+json',
};

interface StoredFile {
  type: string;
  bytes: Buffer;
  br: Buffer | undefined;
  gzip: Buffer | undefined;
}

export interface Files {
  /** Throws `not_found`. `name` is `public/...` or `app/...`. */
  serve(c: Context, name: string): Response;
}

export function loadFiles(dir: string): Files {
  const files = new Map<string, StoredFile>();
  for (const folder of ['public', 'app']) {
    const root = join(dir, folder);
    if (!existsSync(root)) continue;
    for (const name of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const type = TYPES[extname(name)];
      if (!type) continue;
      const file = join(root, name);
      const twin = (suffix: string) => (existsSync(file + suffix) ? readFileSync(file + suffix) : undefined);
      files.set(`${folder}/${name.replaceAll('\\', '/')}`, { type, bytes: readFileSync(file), br: twin('.br'), gzip: twin('.gz') });
    }
  }
  return {
    serve(c, name) {
      const file = files.get(name);
      if (!file) throw problem('not_found', 'There is no such page.', { where: c.req.path });
      const accepted = c.req.header('accept-encoding') ?? '';
      const br = /\bbr\b/.test(accepted) ? file.br : undefined;
      const gzip = br === undefined && /\bgzip\b/.test(accepted) ? file.gzip : undefined;
      if (br || gzip) c.header('Content-Encoding', br ? 'br' : 'gzip');
      c.header('Vary', 'Accept-Encoding');
      c.header('Content-Type', file.type);
      if (/-[A-Za-z0-9]{6,}\.\w+$/.test(name)) c.header('Cache-Control', 'private, max-age=31536000, immutable');
      return c.body(new Uint8Array(br ?? gzip ?? file.bytes));
    },
  };
}
