import type { ModelRequest, Reply } from '#ports/provider.ts';
import type { Asked, SeatModel } from '#ports/runner.ts';

/** A reply in full, unless told otherwise: 10 tokens in, 20 out, one cent, 5 ms. */
export function reply(text: string, over: Partial<Reply> = {}): Extract<Asked, { kind: 'replied' }> {
  return {
    kind: 'replied',
    latencyMs: 5,
    costUsd: 0.01,
    cached: false,
    reply: { text, finish: 'complete', reason: null, tokensIn: 10, tokensOut: 20, ...over },
  };
}

export const cut = (text: string) => reply(text, { finish: 'length', reason: 'token limit' });
export const fault = (code: string): Asked => ({ kind: 'failed', reason: 'no route', code, latencyMs: 7 });

export interface AskedModel {
  readonly model: SeatModel;
  readonly requests: ModelRequest[];
  /** Numbers of the calls, from 1, whose answers were forgotten. */
  readonly forgotten: number[];
}

/** A model that gives these answers in turn, the last one for ever; each can be forgotten. */
export function askedModel(answers: readonly [Asked, ...Asked[]], over: Partial<SeatModel> = {}): AskedModel {
  const requests: ModelRequest[] = [];
  const forgotten: number[] = [];
  const model: SeatModel = {
    reads: 'prompt',
    reader: { read: () => ({ kind: 'unreadable', reason: 'the answer holds no JSON' }) },
    local: true,
    fenceSecret: 'secret',
    ask: async (request) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)] ?? answers[0];
      const call = requests.push(request);
      return answer.kind === 'failed' ? answer : { ...answer, forget: async () => void forgotten.push(call) };
    },
    health: async () => ({ available: true, detail: '' }),
    price: async () => 0,
    warmUp: async () => undefined,
    ...over,
  };
  return { model, requests, forgotten };
}
