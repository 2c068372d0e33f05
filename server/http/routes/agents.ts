/** The agents' own doors: what a voucher is for, and enrolment. */
import { EnrolAnswer, EnrolRequest, VoucherAnswer, VoucherQuestion } from '@cac/shared/messages.ts';
import { route } from '../route.ts';

export const agentRoutes = [
  route({
    method: 'post',
    path: '/api/v1/enrol/check',
    summary: 'Which site a voucher is for',
    access: 'public',
    body: VoucherQuestion,
    answer: VoucherAnswer,
    handle: ({ deps, body, address, now }) => deps.enrolDoor.check(body.voucher, address, now),
  }),
  route({
    method: 'post',
    path: '/api/v1/enrol',
    summary: 'Enrol a PC with a voucher; the secret stays on the PC',
    access: 'public',
    body: EnrolRequest,
    answer: EnrolAnswer,
    status: 201,
    async handle({ c, deps, body, address, now }) {
      const enrolled = await deps.enrolDoor.enrol(body, address, now);
      if ('pending' in enrolled) return c.json(enrolled, 202);
      deps.onChanged();
      return { ...enrolled, mqtt: deps.mqtt };
    },
  }),
];
