import type { CodeLine } from './window-lines.ts';

/** What the parent and the child process of an ONNX model tell each other. Plain data only. */

export const TASKS = ['text-classification', 'token-classification', 'text-generation'] as const;
export type Task = (typeof TASKS)[number];

export const DTYPES = ['fp32', 'fp16', 'q8', 'q4'] as const;
export type Dtype = (typeof DTYPES)[number];

export interface HostOptions {
  /** File URL of the package's entry. */
  readonly packageUrl: string;
  readonly task: Task;
  /** Folder of the model, or its name where it is to be fetched from the hub. */
  readonly source: string;
  /** Folder within `source` that holds the ONNX file; empty where it stands beside the configuration. */
  readonly subfolder: string;
  /** Where fetched models are kept, and the hub's address where it is another than usual; null where nothing may be fetched. */
  readonly fetch: { readonly into: string; readonly from: string | null } | null;
  readonly dtype: Dtype;
  /** Tried in this order. */
  readonly devices: readonly string[];
  readonly threads: number;
  readonly batchSize: number;
  /** Tokens that a window repeats of the one before. */
  readonly overlap: number;
  /** Tokens that the model takes at once; null for what it says itself. */
  readonly contextLength: number | null;
}

/** Consecutive lines of one file. */
export interface Segment {
  readonly path: string;
  readonly lines: readonly CodeLine[];
}

export type HostCall =
  | { readonly kind: 'classify'; readonly segments: readonly Segment[] }
  | {
      readonly kind: 'write';
      readonly messages: readonly { readonly role: string; readonly content: string }[];
      readonly maxTokens: number;
      readonly temperature: number;
      readonly topP: number | null;
      readonly streamed: boolean;
    };

export interface HostReply {
  readonly text: string;
  readonly finish: 'complete' | 'length';
  readonly tokensIn: number;
  readonly tokensOut: number;
}

export type ToHost =
  | { readonly kind: 'open'; readonly options: HostOptions }
  | { readonly kind: 'call'; readonly id: number; readonly call: HostCall }
  | { readonly kind: 'stop'; readonly id: number }
  /** The device is this process's until it says `turn-over`. */
  | { readonly kind: 'turn'; readonly id: number };

export type FromHost =
  /** `note` says why a device before it could not be used; null where the first could. */
  | { readonly kind: 'opened'; readonly device: string; readonly note: string | null; readonly window: number }
  | { readonly kind: 'not-opened'; readonly reason: string }
  | { readonly kind: 'turn-wanted' | 'turn-over'; readonly id: number }
  | { readonly kind: 'heard'; readonly id: number; readonly text: string }
  | { readonly kind: 'replied'; readonly id: number; readonly reply: HostReply }
  /** `too-large`: the prompt does not fit, whole as it must be. */
  | { readonly kind: 'failed'; readonly id: number; readonly fault: 'too-large' | 'server'; readonly reason: string };
