/** The programme's first slice: target / declared / proven, and coverage by zone. */
import { CoverageRow, DeploymentRow, ProgrammeView, ZoneShare } from '@cac/shared/api.ts';
import * as v from 'valibot';
import { coverageRows, deploymentRows, listProgrammes, zoneShares } from '../../store/programme.ts';
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
  route({
    method: 'get',
    path: '/api/v1/deployment',
    summary: 'Target / declared / proven by programme, each with its source or rule',
    access: 'any',
    answer: v.object({ items: v.array(DeploymentRow) }),
    handle: async ({ deps, scope, now }) => ({ items: await deploymentRows(deps.store.db, scope, now) }),
  }),
  route({
    method: 'get',
    path: '/api/v1/coverage',
    summary: 'Households and sites by density zone, and zones of the sites by province',
    access: 'any',
    answer: v.object({ items: v.array(CoverageRow), provinces: v.array(ZoneShare) }),
    async handle({ deps, scope, now }) {
      const { db } = deps.store;
      return { items: await coverageRows(db, scope, now), provinces: await zoneShares(db, scope) };
    },
  }),
];
