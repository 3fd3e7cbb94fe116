import { ProviderError, type ProviderFault } from '#ports/provider-error.ts';

const KINDS: readonly (readonly [RegExp, ProviderFault, string])[] = [
  [
    /api.?key|log ?in|logged in|unauthori[sz]ed|authenticat|credential|\b401\b|\b403\b/i,
    'unauthorized',
    'Give it its key by `settings.env`, or set `keep_home: true` where it is logged in.',
  ],
  [/rate.?limit|usage limit|too many requests|overloaded|quota|\b429\b/i, 'rate-limited', 'Wait, or lower `concurrency`.'],
  [/too long|context (window|length)|maximum context/i, 'too-large', 'Use a model with a larger window.'],
  [
    /unknown (option|argument)|unexpected argument|unrecognized/i,
    'bad-request',
    'Its version may be older or newer than the one that Aegis knows: give it `settings.command`.',
  ],
];

/**
 * An agent that ended without an answer, in words for people. What it said decides the kind; of it only `quote` is
 * shown, which holds nothing of the prompt and of its keys.
 */
export function describeFailure(name: string, said: string, quote: string): ProviderError {
  const [, fault, hint] = KINDS.find(([words]) => words.test(said.slice(-4_000))) ?? [
    null,
    'server' as const,
    'Run it by hand to see why.',
  ];
  return new ProviderError(fault, `The agent ${name} failed${quote}`, { hint });
}
