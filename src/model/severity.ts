import { z } from 'zod';

/** Severities from worst to mildest. The order of this list is the order of the product. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;

export const severitySchema = z.enum(SEVERITIES).meta({ description: 'How bad a weakness is: critical > high > medium > low > info.' });

export type Severity = z.infer<typeof severitySchema>;

/** True when `severity` is as bad as `floor` or worse. */
export function isAtLeast(severity: Severity, floor: Severity): boolean {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(floor);
}

/** Sorts worst first: negative when `a` is worse than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return SEVERITIES.indexOf(a) - SEVERITIES.indexOf(b);
}
