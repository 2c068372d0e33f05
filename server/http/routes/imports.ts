/** Imports of files, and the exports that an import reads back. The file is the body, as it is. */
import { listOf } from '@cac/shared/api.ts';
import { ImportDone, ImportKind, ImportPreview, ImportView } from '@cac/shared/registry.ts';
import * as v from 'valibot';
import { problem } from '../../core/problem.ts';
import { lastImport, listImports } from '../../store/imports.ts';
import { applyImport, previewImport } from '../../usecases/import-file.ts';
import type { ImportAuthor, ImportFile } from '../../usecases/plan-import.ts';
import { mayUndo, undoImport } from '../../usecases/undo-import.ts';
import { numberOfCursor, page, paging, route, type Asked } from '../route.ts';

const EDITORS = ['administrator', 'coordinator'] as const;

const FileQuery = {
  kind: ImportKind,
  fileName: v.optional(v.pipe(v.string(), v.regex(/^[^\p{Cc}/\\]{1,200}$/u, 'file_name')), 'file'),
  /** The field of each column, in order, separated by commas; nothing between two commas: the column is not read. */
  mapping: v.optional(v.pipe(v.string(), v.maxLength(6_000, 'too_long'), v.regex(/^[A-Za-z,]*$/, 'mapping'))),
};
type FileQuery = v.InferOutput<v.StrictObjectSchema<typeof FileQuery, undefined>>;

const authorOf = ({ account, scope }: Pick<Asked<never, never>, 'account' | 'scope'>): ImportAuthor => ({ name: account.name, role: account.role, scope });

async function fileOf({ c, query }: Pick<Asked<FileQuery, never>, 'c' | 'query'>): Promise<ImportFile> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== 'application/octet-stream') throw problem('unsupported_media_type', 'The body must be the file, as it is.', { where: 'Content-Type', todo: 'Send Content-Type: application/octet-stream.' });
  const { kind, fileName, mapping } = query;
  return { bytes: new Uint8Array(await c.req.arrayBuffer()), kind, fileName, mapping: mapping === undefined ? null : mapping.split(',').map((field) => field || null) };
}

export const importRoutes = [
  route({
    method: 'post',
    path: '/api/v1/imports/preview',
    summary: 'Look at a file (the body, as application/octet-stream): how it is read, what is wrong in which cell, what it would change; nothing is written',
    access: EDITORS,
    query: v.strictObject(FileQuery),
    answer: ImportPreview,
    async handle(asked) {
      const { deps, now } = asked;
      return previewImport(deps.store, authorOf(asked), await fileOf(asked as never), { ground: deps.ground(), demo: deps.settings.demo }, now);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/imports',
    summary: 'Import a file that was looked at: all of it or nothing; `digest` is the preview’s',
    access: EDITORS,
    query: v.strictObject({ ...FileQuery, digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'digest')) }),
    answer: ImportDone,
    status: 201,
    async handle(asked) {
      const { deps, now, query } = asked;
      const done = await applyImport(deps.store, authorOf(asked), await fileOf(asked as never), query.digest, { ground: deps.ground(), demo: deps.settings.demo }, now);
      deps.onChanged();
      return done;
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/imports',
    summary: 'Imports that were made (an administrator sees everybody’s), newest first; which of them may be taken back',
    access: EDITORS,
    query: v.strictObject(paging),
    answer: listOf(ImportView),
    async handle({ deps, account, query }) {
      const { db } = deps.store;
      const last = await lastImport(db);
      const items = await listImports(db, account.role === 'administrator' ? null : account.name, query.limit + 1, numberOfCursor(query.cursor) || null);
      return page(items.map((item) => ({ ...item, undoable: item.id === last && mayUndo(account, item) })), query.limit, (item) => String(item.id));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/imports/{id}/undo',
    summary: 'Take the last import back: every row as it stood before; refused, with the rows named, when something stands on them',
    access: EDITORS,
    answer: null,
    async handle(asked) {
      const id = Number(asked.params['id']);
      if (!Number.isSafeInteger(id) || id < 1) throw problem('not_found', 'There is no such import to take back.');
      await undoImport(asked.deps.store, authorOf(asked), id, asked.now);
      asked.deps.onChanged();
      return undefined;
    },
  }),
];
