import { InputError } from '#model/errors.ts';

/**
 * What all scans of a repository may cost in a month by the operator's word (`AEGIS_MONTHLY_USD`), US dollars; null: no
 * limit of the operator's. Throws `InputError` where it is no amount.
 */
export function readMonthlyUsd({ monthlyUsd }: { readonly monthlyUsd: string | undefined }): number | null {
  if (monthlyUsd === undefined) return null;
  if (/^\d{1,9}(\.\d{1,6})?$/.test(monthlyUsd)) return Number(monthlyUsd);
  throw new InputError('AEGIS_MONTHLY_USD is not an amount of US dollars', { hint: 'Set it to a number such as `20` or `7.50`.' });
}
