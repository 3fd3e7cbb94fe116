import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip, gzip } from 'node:zlib';
import { z } from 'zod';
import { isScanRecord, summariseScan, withoutTexts } from '#lib/kept-record.ts';
import type { ScanRecord } from '#model/scan-record.ts';
import { parseJson } from './file-faults.ts';

/**
 * A kept scan as a file: gzip of two lines of JSON. The first is what a list shows, so that a list need not read changes
 * and answers of fifty scans; the second is the record.
 */
const headingSchema = z.strictObject({
  version: z.literal(1),
  /** ISO 8601, UTC. */
  at: z.iso.datetime(),
  conclusion: z.string(),
  findings: z.number().int().nonnegative(),
  strategy: z.string(),
  what: z.string(),
});
type RecordHeading = z.infer<typeof headingSchema>;

/** Names of branches are in it, and no code. */
const LONGEST_HEADING = 64 * 1024;
/** A record holds the change; one of this size, in bytes, is none of ours. */
const LARGEST_RECORD = 512 * 1024 * 1024;

/** The bytes of the file of a record that is kept from `at` on. */
export async function encodeRecord(record: ScanRecord, at: string, project: string): Promise<Buffer> {
  const shown = summariseScan(record.result);
  const heading: RecordHeading = { version: 1, at, ...shown, what: project === '' ? shown.what : `${project}: ${shown.what}` };
  return await promisify(gzip)(`${JSON.stringify(heading)}\n${JSON.stringify(withoutTexts(record))}\n`);
}

/** What a list shows of a file; null for one that is damaged or of another version. */
export async function readHeading(path: string): Promise<RecordHeading | null> {
  try {
    const line = await readFirstLine(path);
    return line === null ? null : (headingSchema.safeParse(parseJson(line)).data ?? null);
  } catch {
    return null;
  }
}

/** The record of a file; otherwise, why it cannot be had. Throws what the file system does. */
export async function readRecord(path: string): Promise<ScanRecord | 'damaged' | 'foreign'> {
  const bytes = await readFile(path);
  const text = await promisify(gunzip)(bytes, { maxOutputLength: LARGEST_RECORD }).then(
    (plain) => plain.toString('utf8'),
    () => null,
  );
  if (text === null) return 'damaged';
  const end = text.indexOf('\n');
  const [heading, record] = [parseJson(text.slice(0, Math.max(end, 0))), parseJson(text.slice(end + 1))];
  if (heading === undefined || record === undefined) return 'damaged';
  return headingSchema.safeParse(heading).success && isScanRecord(record) ? record : 'foreign';
}

async function readFirstLine(path: string): Promise<string | null> {
  // Whoever reads stops after the first line; that ends both streams, and is no fault.
  const plain = pipeline(createReadStream(path), createGunzip(), () => undefined).setEncoding('utf8');
  let text = '';
  for await (const part of plain) {
    text += String(part);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end);
    if (text.length > LONGEST_HEADING) return null;
  }
  return null;
}
