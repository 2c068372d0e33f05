/** What went wrong, as a person can read it: by its code where we know it, else by what kind of answer it was. */
import type { RequestError } from '../api.ts';
import { isTextKey, t } from '../i18n/text.ts';

export function errorText(error: RequestError): string {
  const byCode = `error_${error.code}`;
  if (isTextKey(byCode)) return t(byCode);
  if (error.status === 0) return t('error_unreachable');
  if (error.status === 401) return t('error_unauthorized');
  if (error.status === 403) return t('error_forbidden');
  if (error.status === 404) return t('error_not_found');
  if (error.status === 429) return t('error_too_many_requests');
  if (error.status >= 500) return t('error_server');
  return error.message || t('error_other', { code: error.code });
}

/** The field an error names: `id`, `body.id` and `items.0.id` all mean `id`. */
export const fieldOf = (error: RequestError): string | null => error.where?.split('.').pop() ?? null;
