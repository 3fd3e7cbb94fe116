import { DrizzleQueryError } from 'drizzle-orm';
import { AegisError, UnavailableError } from '#model/errors.ts';

/** https://www.postgresql.org/docs/15/errcodes-appendix.html, Node's socket errors, and postgres.js's own. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection broke off',
  ENOTFOUND: 'the host name is not known',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ETIMEDOUT: 'no answer in time',
  CONNECT_TIMEOUT: 'no answer in time',
  CONNECTION_CLOSED: 'the connection broke off',
  CONNECTION_ENDED: 'the connection is closed',
  CONNECTION_DESTROYED: 'the connection is closed',
  '28P01': 'the user or the password is wrong',
  '28000': 'this user may not connect',
  '3D000': 'there is no database of that name',
  '53300': 'it has too many connections',
  '53100': 'its disk is full',
  '57P01': 'it is shutting down',
  '57P03': 'it is starting up',
  '42501': 'this user lacks a permission',
  ENOSPC: 'the disk is full',
  EACCES: 'permission denied',
  EROFS: 'it is read-only',
  ENOTDIR: 'it is not a folder',
  EEXIST: 'it is not a folder',
};

/** One clause on what a driver threw: no SQL and no values, since those hold code under review. */
export function describeFault(error: unknown): string {
  const fault = error instanceof DrizzleQueryError ? error.cause : error;
  const code = codeOf(fault);
  const sentence = code === null ? undefined : SENTENCES[code];
  if (sentence !== undefined) return sentence;
  if (code !== null) return `code ${code}`;
  return fault instanceof Error ? (fault.message.split('\n', 1)[0] ?? '') : 'an unknown fault';
}

/**
 * Wraps a call to the database so that its faults leave as `UnavailableError`: "the database could not record a
 * delivery: nothing listens there". Errors of ours and faults in code pass unchanged.
 */
export function guardDatabase<A extends unknown[], T>(verb: string, call: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      if (error instanceof AegisError || (!(error instanceof DrizzleQueryError) && codeOf(error) === null)) throw error;
      throw new UnavailableError(`the database could not ${verb}: ${describeFault(error)}`, {
        hint: 'Check the database (`aegis doctor`).',
        retryable: true,
      });
    }
  };
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
