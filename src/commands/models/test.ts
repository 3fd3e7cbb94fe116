import { type Command, Option } from 'commander';
import { showControls } from '#report/plain-text.ts';
import { safeText } from '../safe-text.ts';
import { atDesk, type DeskOptions, type ModelsDeps } from './desk.ts';

/** Short enough for every model, and an answer shows at once whether it knows what it is there for. */
const PROMPT = [
  'Which weakness has this line of JavaScript? Answer in one sentence with its CWE number.',
  "db.query('SELECT * FROM users WHERE name = ' + request.query.name)",
].join('\n');

/** `aegis models test`: one question to one model; the answer is shown as it is written. */
export function addTest(models: Command, deps: ModelsDeps): Command {
  return models
    .command('test')
    .description('Put a question to a model and show the answer as it is written. Exit code: 1 when there is none, else 0.')
    .argument('<id>', 'a registered id, or TYPE:NAME')
    .option('--prompt <text>', 'the question (default: one about an SQL injection)', PROMPT)
    .addOption(new Option('--format <format>', 'how it is written').choices(['pretty', 'json']).default('pretty'))
    .action(async (id: string, options: DeskOptions & { prompt: string; format: 'pretty' | 'json' }) => {
      const pretty = options.format === 'pretty';
      const asked = await atDesk(deps, options, async (desk) => {
        const known = (await desk.registry.list()).find(({ model_id }) => model_id === id);
        const entry = known ?? (id.includes(':') ? desk.fromReference(id) : await desk.registry.get(id));
        return await desk.ask(entry, options.prompt, deps.signal, (text) => {
          if (pretty) deps.io.out(showControls(text));
        });
      });
      deps.signal.throwIfAborted();
      if (pretty && asked.kind === 'replied') deps.io.out('\n');
      if (!pretty) deps.io.out(`${JSON.stringify(asked, null, 2)}\n`);
      else deps.io.err(safeText(`${describe(asked)}\n`));
      deps.exit(asked.kind === 'replied' && asked.reply.finish === 'complete' && asked.reply.text.trim() !== '' ? 0 : 1);
    });
}

function describe(asked: Awaited<ReturnType<Awaited<ReturnType<ModelsDeps['openDesk']>>['ask']>>): string {
  if (asked.kind === 'failed') return `no answer: ${asked.reason}`;
  const { finish, reason, tokensIn, tokensOut, text } = asked.reply;
  const verdict = finish === 'complete' ? (text.trim() === '' ? 'an empty answer' : 'answered') : `${finish}: ${reason}`;
  const cost = asked.costUsd === null ? 'price unknown' : asked.costUsd === 0 ? 'no cost' : `$${asked.costUsd.toPrecision(2)}`;
  const tokens = `${tokensIn ?? '?'} tokens in, ${tokensOut ?? '?'} out`;
  return `${verdict} after ${(asked.latencyMs / 1000).toFixed(1)} s, ${tokens}, ${cost}`;
}
