/** A server with one site and its voucher, and what it knows of the PCs that come. */
import type { JournalState, Machine, NewVoucher } from '@cac/shared/api.ts';
import { siteDraft } from '../fixtures.ts';
import { json, startTestServer, type TestServer } from '../running-server.ts';

export interface Place {
  server: TestServer;
  voucher: string;
  machines(): Promise<Machine[]>;
  machine(id: string): Promise<Machine | undefined>;
  journal(id: string): Promise<JournalState>;
}

export async function openPlace(site = 'CAC-001'): Promise<Place> {
  const server = await startTestServer();
  await json(server, '/api/v1/sites', siteDraft(site));
  const { code } = await json<NewVoucher>(server, '/api/v1/vouchers', { siteId: site, uses: 20, days: 30 });
  const machines = async (): Promise<Machine[]> => (await json<{ items: Machine[] }>(server, '/api/v1/machines')).items;
  return {
    server,
    voucher: code,
    machines,
    machine: async (id) => (await machines()).find((machine) => machine.id === id),
    journal: async (id) => json<JournalState>(server, `/api/v1/machines/${id}/journal`),
  };
}
