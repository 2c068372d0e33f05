/** Programmes as they are listed. */
import { ProgrammeView } from '@cac/shared/programme.ts';
import * as v from 'valibot';
import { listProgrammes } from '../../store/programme.ts';
import { route } from '../route.ts';

export const programmeRoutes = [
  route({
    method: 'get',
    path: '/api/v1/programmes',
    summary: 'Programmes: code, names, and which rule of service their sites follow',
    access: 'any',
    answer: v.object({ items: v.array(ProgrammeView) }),
    handle: async ({ deps }) => ({ items: await listProgrammes(deps.store.db) }),
  }),
];
