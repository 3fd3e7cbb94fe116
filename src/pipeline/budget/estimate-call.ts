import { estimateTokens } from '#lib/estimate-tokens.ts';
import type { ModelRequest } from '#ports/provider.ts';
import type { SeatModel } from '#ports/runner.ts';
import type { Spend } from './spend.ts';

/** What a call may take, before it is made. */
export interface CallEstimate {
  readonly tokensIn: number;
  /** The whole room for the answer. */
  readonly tokensOut: number;
  /** Whether tokens are what the model takes: a detector of the owner's takes none. */
  readonly countsTokens: boolean;
  readonly whole: Spend;
}

/**
 * Prompt and room for the answer, at the model's price; one that is not known counts nothing. What reads code without
 * a prompt takes tokens where it is a service, and is charged for what it reads.
 */
export async function estimateCall(model: Pick<SeatModel, 'reads' | 'price'>, request: ModelRequest): Promise<CallEstimate> {
  if (model.reads === 'chunk') {
    const { tokens } = request.chunk;
    const usd = await model.price(tokens, 0);
    const countsTokens = usd !== 0;
    return { tokensIn: tokens, tokensOut: 0, countsTokens, whole: { tokens: countsTokens ? tokens : 0, usd: usd ?? 0 } };
  }
  const tokensIn = request.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0);
  const tokensOut = request.maxTokens;
  const usd = (await model.price(tokensIn, tokensOut)) ?? 0;
  return { tokensIn, tokensOut, countsTokens: true, whole: { tokens: tokensIn + tokensOut, usd } };
}

/** The prompt's part: what an attempt may have taken that broke off before it answered. */
export async function estimatePrompt(model: Pick<SeatModel, 'price'>, { tokensIn, countsTokens }: CallEstimate): Promise<Spend> {
  return { tokens: countsTokens ? tokensIn : 0, usd: (await model.price(tokensIn, 0)) ?? 0 };
}
