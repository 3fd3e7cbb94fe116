import type { Command } from 'commander';
import type { PullProgress } from '#ports/provider.ts';
import { oneLine } from '#report/plain-text.ts';
import { safeText } from '../safe-text.ts';
import type { ModelsDeps } from './desk.ts';
import { sizeText } from './text-table.ts';

/** `aegis models pull`: has a server fetch a model. Ctrl-C stops it; what was fetched is kept by the server. */
export function addPull(models: Command, deps: ModelsDeps): Command {
  const type = deps.providers.find(({ pulls }) => pulls)?.type ?? '';
  return models
    .command('pull')
    .description('Have Ollama fetch a model, with its progress.')
    .argument('<name>', 'as Ollama calls it: qwen2.5-coder:7b')
    .action(async (name: string) => {
      const model = name.startsWith(`${type}:`) ? name.slice(type.length + 1) : name;
      const show = deps.io.isTerminal ? drawLine(deps.io) : tellSteps(deps.io);
      try {
        await deps.pull(type, model, deps.signal, show);
      } finally {
        // What is said next begins on a line of its own.
        if (deps.io.isTerminal) deps.io.err('\r\u001B[2K');
      }
      deps.io.out(safeText(`${model} is there; register it with: aegis models register ${type}:${model}\n`));
      deps.exit(0);
    });
}

/** One line that is drawn over and over. */
function drawLine(io: ModelsDeps['io']): (at: PullProgress) => void {
  return ({ step, doneBytes, totalBytes }) => {
    const share = doneBytes === null || totalBytes === null || totalBytes === 0 ? null : doneBytes / totalBytes;
    const bar =
      share === null
        ? ''
        : `  ${'█'.repeat(Math.round(share * 20)).padEnd(20, '░')} ${Math.floor(share * 100)} % of ${sizeText(totalBytes)}`;
    io.err(`\r\u001B[2K${oneLine(step)}${bar}`);
  };
}

/** A line for each step, for logs. */
function tellSteps(io: ModelsDeps['io']): (at: PullProgress) => void {
  let last = '';
  return ({ step, totalBytes }) => {
    if (step === last) return;
    last = step;
    io.err(safeText(`${oneLine(step)}${totalBytes === null ? '' : ` (${sizeText(totalBytes)})`}\n`));
  };
}
