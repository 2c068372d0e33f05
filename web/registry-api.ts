/** The registry, as its page speaks to the server; files go up with their progress. */
import type { List, Site } from '@cac/shared/api.ts';
import type { ProgrammeView } from '@cac/shared/programme.ts';
import type { Commune, CommuneEdit, ImportDone, ImportKind, ImportPreview, ImportView, ProgrammeDraft, RegistryChange, SiteEdit } from '@cac/shared/registry.ts';
import { errorOf, request, RequestError, V1 } from './api.ts';

const at = (text: string): string => encodeURIComponent(text);

export interface ChosenFile {
  readonly file: File;
  readonly kind: ImportKind;
  /** The field of each column; null: as the server suggests. */
  readonly mapping: readonly (string | null)[] | null;
}

/** XMLHttpRequest, because fetch does not tell how much has gone up. `onProgress`: the part that is sent, 0 to 1. */
function send<T>(path: string, { file }: ChosenFile, onProgress: (part: number) => void): Promise<T> {
  return new Promise((done, failed) => {
    const call = new XMLHttpRequest();
    call.open('POST', path);
    call.setRequestHeader('content-type', 'application/octet-stream');
    call.responseType = 'json';
    call.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total === 0 ? 1 : loaded / total));
    call.upload.addEventListener('load', () => onProgress(1));
    call.addEventListener('load', () => (call.status < 300 ? done(call.response as T) : failed(errorOf(call.status, call.response))));
    call.addEventListener('error', () => failed(new RequestError(0, { code: 'unreachable', message: '' })));
    call.send(file);
  });
}

const queryOf = ({ file, kind, mapping }: ChosenFile): string => `kind=${kind}&fileName=${at(file.name.slice(-200))}${mapping === null ? '' : `&mapping=${mapping.map((field) => field ?? '').join()}`}`;

export const registryApi = {
  preview: (chosen: ChosenFile, onProgress: (part: number) => void) => send<ImportPreview>(`${V1}/imports/preview?${queryOf(chosen)}`, chosen, onProgress),
  apply: (chosen: ChosenFile, digest: string, onProgress: (part: number) => void) => send<ImportDone>(`${V1}/imports?${queryOf(chosen)}&digest=${digest}`, chosen, onProgress),
  imports: () => request<List<ImportView>>('GET', `${V1}/imports?limit=20`),
  undo: (id: number) => request<void>('POST', `${V1}/imports/${id}/undo`, {}),
  communes: (q: string, cursor: string | null) => request<List<Commune>>('GET', `${V1}/communes?limit=50${q === '' ? '' : `&q=${at(q)}`}${cursor === null ? '' : `&cursor=${at(cursor)}`}`),
  putCommune: (code: string, edit: CommuneEdit) => request<Commune>('PUT', `${V1}/communes/${at(code)}`, edit),
  addProgramme: (draft: ProgrammeDraft) => request<ProgrammeView>('POST', `${V1}/programmes`, draft),
  editSite: (id: string, edit: SiteEdit) => request<Site>('PUT', `${V1}/sites/${at(id)}`, edit),
  siteChanges: (id: string, cursor: string | null) => request<List<RegistryChange>>('GET', `${V1}/sites/${at(id)}/changes?limit=20${cursor === null ? '' : `&cursor=${at(cursor)}`}`),
};

export const exportPath = (what: 'sites' | 'communes', query: string): string => `${V1}/export/${what}${query === '' ? '' : `?${query}`}`;
