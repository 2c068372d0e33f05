/**
 * The agent's packages, for everybody: they hold nothing secret. Only files that the build listed are served; with a Range, so that forty megabytes over a slow link
 * go on where they broke off. Without packages the bare agent is offered, if it was built.
 */
import type { Package } from '@cac/shared/field.ts';
import { PackageList } from '@cac/shared/field.ts';
import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { problem } from '../core/problem.ts';
import { rangeOf } from '../core/range.ts';
import type { Env } from './context.ts';

export interface Packages {
  list(): Promise<PackageList>;
  /** Throws `not_found`. */
  serve(c: Context<Env>, file: string): Promise<Response>;
}

const BARE_AGENT = 'cac-agent.cjs';

/** `distDir`: holds `packages/packages.json` with the files beside it, and `agent/cac-agent.cjs`. `version`: of the bare agent. */
export function createPackages(distDir: string, version: string): Packages {
  const folder = join(distDir, 'packages');
  let bare: { writtenAt: number; item: Package } | null = null;

  const bareAgent = async (): Promise<PackageList> => {
    const path = join(distDir, 'agent', BARE_AGENT);
    const found = await stat(path).catch(() => null);
    if (found === null) return { version, items: [] };
    if (bare?.writtenAt !== found.mtimeMs) {
      const bytes = await readFile(path);
      bare = { writtenAt: found.mtimeMs, item: { file: BARE_AGENT, platform: 'any', bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') } };
    }
    return { version, items: [bare.item] };
  };

  const list = async (): Promise<PackageList> => {
    const text = await readFile(join(folder, 'packages.json'), 'utf8').catch(() => null);
    const read = text === null ? null : v.safeParse(PackageList, parsed(text));
    return read?.success && read.output.items.length > 0 ? read.output : bareAgent();
  };

  return {
    list,
    async serve(c, file) {
      const item = (await list()).items.find((one) => one.file === file);
      const path = item === undefined ? '' : join(item.platform === 'any' && file === BARE_AGENT ? join(distDir, 'agent') : folder, item.file);
      const size = item === undefined ? null : await stat(path).then((found) => found.size, () => null);
      if (item === undefined || size === null) throw problem('not_found', 'There is no such package.', { where: c.req.path, todo: 'Open the page of the installation code: it lists the packages there are.' });
      return answerFile(c, path, size, item);
    },
  };
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

function answerFile(c: Context<Env>, path: string, size: number, { file, sha256 }: Package): Response {
  const mark = `"${sha256}"`;
  c.header('ETag', mark);
  c.header('Accept-Ranges', 'bytes');
  c.header('Cache-Control', 'public, max-age=300');
  c.header('Content-Type', 'application/octet-stream');
  c.header('Content-Disposition', `attachment; filename="${file}"`);
  if (c.req.header('if-none-match') === mark) return c.body(null, 304);
  // A file that changed since is sent whole.
  const asked = (c.req.header('if-range') ?? mark) === mark ? rangeOf(c.req.header('range'), size) : 'whole';
  if (asked === 'unsatisfiable') {
    c.header('Content-Range', `bytes */${size}`);
    return c.body(null, 416);
  }
  const { from, to } = asked === 'whole' ? { from: 0, to: size - 1 } : asked;
  c.header('Content-Length', String(to - from + 1));
  if (asked !== 'whole') c.header('Content-Range', `bytes ${from}-${to}/${size}`);
  const status = asked === 'whole' ? 200 : 206;
  if (c.req.method === 'HEAD' || size === 0) return c.body(null, status);
  return c.body(Readable.toWeb(createReadStream(path, { start: from, end: to })) as ReadableStream<Uint8Array>, status);
}
