import { anthropic } from '#models/providers/anthropic.ts';
import { google } from '#models/providers/google.ts';
import { hfInference } from '#models/providers/hf-inference.ts';
import { replicate } from '#models/providers/replicate.ts';
import { startFakeAnthropic } from '../fakes/anthropic.ts';
import { startFakeGoogle } from '../fakes/google.ts';
import { startFakeHuggingFace } from '../fakes/hugging-face.ts';
import { startFakeReplicate } from '../fakes/replicate.ts';
import { behaviourOf, readVendorAnswers, type VendorBehaviour } from '../fakes/vendor-answers.ts';
import { ANSWER, ECHO, examineProvider, KEY, type Situation } from './provider.ts';

/** What any server on the way can do. */
const COMMON: Partial<Record<Situation, VendorBehaviour>> = {
  redirects: { kind: 'text', status: 307, body: '', headers: { location: 'http://127.0.0.1:9/elsewhere' } },
  'drops the connection': { kind: 'drop' },
  'drops the connection in the middle': { kind: 'half', body: JSON.stringify({ message: { content: 'x'.repeat(500) } }) },
  hangs: { kind: 'hang' },
  'sends no JSON': { kind: 'text', body: 'upstream connect error or disconnect/reset before headers' },
  'sends a web page': { kind: 'text', contentType: 'text/html', body: '<!doctype html><title>Sign in</title>' },
  'sends another form': { kind: 'json', body: { message: 'hello', choices: 'none', candidates: 'none', content: 'none', status: 7 } },
};

const STREAMED: Partial<Record<Situation, 'dropped' | 'silent' | 'early'>> = {
  'streams and stops half way': 'dropped',
  'streams and stops before any text': 'early',
  'streams and hangs half way': 'silent',
};

/** The answer to the first call in a situation; none where the fake's model answers as it does. */
function scriptOf(vendor: string, situation: Situation): readonly VendorBehaviour[] {
  const answers = readVendorAnswers(vendor);
  const whole = answers.get('answers');
  const ends = STREAMED[situation];
  if (ends !== undefined && whole !== undefined) return [{ kind: 'answer', body: whole.body, ends }];
  const fixture = answers.get(situation);
  if (fixture !== undefined) return [behaviourOf(fixture, ECHO)];
  const common = COMMON[situation];
  return common === undefined ? [] : [common];
}

examineProvider('anthropic', {
  provider: anthropic,
  model: 'claude-haiku-4-5',
  stage: async (situation) =>
    await startFakeAnthropic({
      key: KEY,
      models: { 'claude-haiku-4-5': () => ANSWER },
      script: scriptOf('anthropic', situation),
      quirks: situation === 'refuses a parameter' ? ['no-temperature'] : [],
    }),
  skips: {},
});

examineProvider('google', {
  provider: google,
  model: 'gemini-2.5-flash',
  stage: async (situation) =>
    await startFakeGoogle({
      key: KEY,
      models: { 'gemini-2.5-flash': () => ANSWER },
      script: scriptOf('google', situation),
      quirks: situation === 'refuses a parameter' ? ['no-seed'] : [],
    }),
  skips: {},
});

examineProvider('hf_inference', {
  provider: hfInference,
  model: 'Qwen/Qwen3-Coder-30B-A3B-Instruct',
  stage: async (situation) =>
    await startFakeHuggingFace({
      key: KEY,
      models: { 'Qwen/Qwen3-Coder-30B-A3B-Instruct': () => ANSWER },
      script: scriptOf('hugging-face', situation),
      quirks: situation === 'refuses a parameter' ? ['no-seed'] : [],
    }),
  skips: {},
});

const TEXT_ALONE = 'what a prediction has for output is its text alone';

examineProvider('replicate', {
  provider: replicate,
  model: 'meta/meta-llama-3-70b-instruct',
  define: ({ url }) => ({ base_url: `${url}/v1`, api_key: 'env:EXAMINED_KEY' }),
  stage: async (situation) =>
    await startFakeReplicate({
      key: KEY,
      models: { 'meta/meta-llama-3-70b-instruct': { answer: () => ANSWER } },
      script: scriptOf('replicate', situation),
      // The model has no schema to read its fields from, and takes another one than is tried first.
      ...(situation === 'refuses a parameter' ? { tellsFields: false, ended: true } : {}),
    }),
  skips: {
    'answers with a tool call': TEXT_ALONE,
    'reasons beside its answer': TEXT_ALONE,
    declines: TEXT_ALONE,
  },
});
