/** What the code of a voucher opens, without an account. */
import { VoucherPage } from '@cac/shared/field.ts';
import { VoucherQuestion } from '@cac/shared/messages.ts';
import { printVoucherCode, readVoucherCode } from '@cac/shared/voucher-code.ts';
import { qrOf } from '../../core/qr.ts';
import { reachedAt } from '../../core/reached-at.ts';
import { openVoucher } from '../../usecases/open-voucher.ts';
import { route } from '../route.ts';

export const voucherPageRoutes = [
  route({
    method: 'post',
    path: '/api/v1/voucher-page',
    summary: 'By a voucher’s code alone: its site’s name, the packages, and which PCs have arrived with it',
    access: 'public',
    body: VoucherQuestion,
    answer: VoucherPage,
    async handle({ c, deps, body, address, now }) {
      const opened = await openVoucher(deps.store, deps.enrolDoor, body.voucher, address, now);
      const server = reachedAt(deps.settings.publicUrl, c.req.header('host'), deps.secure);
      const qr = qrOf(`${server}/v#${printVoucherCode(readVoucherCode(body.voucher)!)}`);
      const { version, items } = await deps.packages.list();
      return { at: now, ...opened, server, qr, version, packages: items };
    },
  }),
];
