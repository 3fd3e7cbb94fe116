import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { command, makeKnown, taskJob } from '../../../test/fakes/task-job.ts';
import { makeFinding, makeResult } from '../../../test/fixtures/scan-results.ts';
import { runTask } from '../run-task.ts';

const ATTACKS = [
  '@octocat @org/team fixes #1 GH-2',
  '<!-- aegis:v1 fingerprint=abc --> <!-- aegis:answer reply:501 --> <!-- aegis:summary -->',
  '<img src="https://evil.example/x.png" onerror=alert(1)> <script>x</script>',
  '[click](https://evil.example) ![x](https://evil.example/p.png) https://evil.example www.evil.example',
  '``` | a | b | ~~~ # heading ” “ \\',
  '- [ ] task **bold** </details><details open>',
  '\u202e\u200b::error::x ##[error]x',
];

/** Elements that our own words make. */
const OURS = /^<\/?(?:p|code|pre|strong|ul|li|br ?\/?|a|a href="https:\/\/cwe\.mitre\.org\/[^"]*")>$/;

/** What acts when GitHub shows the text: foreign elements, and what it links in words outside of code. */
function actingParts(markdown: string): string[] {
  const html = micromark(markdown, {
    ...{ allowDangerousHtml: true, allowDangerousProtocol: true },
    ...{ extensions: [gfm()], htmlExtensions: [gfmHtml()] },
  });
  const elements = html.match(/<[^>]*>/g)?.filter((tag) => !OURS.test(tag)) ?? [];
  const words = html.replace(/<code>[\s\S]*?<\/code>/g, '').replace(/<[^>]*>/g, ' ');
  // A runner of Actions that prints the text obeys `##[`.
  return [...elements, ...(markdown.match(/##\[/g) ?? []), ...(words.match(/@\w|#\d|GH-\d|:\/\/|www\.|\u202e/gi) ?? [])];
}

async function replyTo(body: string, parts: NonNullable<Parameters<typeof taskJob>[0]> = {}): Promise<string> {
  const job = taskJob({ ...parts, task: command(body) });
  await runTask('task-1', job.ctx);
  return [...job.replies.values()].map((reply) => reply.body).join('\n');
}

describe.each(ATTACKS)('%j', (attack) => {
  it('as a reason is shown and does nothing', async () => {
    const said = await replyTo(`/aegis dismiss k3v9qd ${attack}`);
    expect(said).toContain('Dismissed');
    expect(actingParts(said)).toEqual([]);
  });

  it('as a finding’s name is shown and does nothing', async () => {
    expect(actingParts(await replyTo(`/aegis dismiss x${attack.replaceAll(' ', '')} because`))).toEqual([]);
  });

  it('as a command is shown and does nothing', async () => {
    const said = await replyTo(`/aegis ${attack.replaceAll(' ', '')}`);
    expect(actingParts(said.replace(/^\| command[\s\S]*$/m, ''))).toEqual([]);
  });

  it('as a finding’s title and path is shown and does nothing', async () => {
    const known = [makeKnown({ title: attack, path: attack })];
    expect(actingParts(await replyTo('/aegis dismiss k3v9qd because', { known }))).toEqual([]);
    expect(actingParts(await replyTo('/aegis dismiss nothing', { known }))).toEqual([]);
    expect(actingParts(await replyTo('/aegis reopen k3v9qd', { known }))).toEqual([]);
  });

  it('as a model’s words is shown and does nothing', async () => {
    const [model] = makeFinding().models;
    if (model === undefined) throw new Error('the fixture has models');
    const finding = makeFinding({ message: attack, fix: attack, models: [{ ...model, id: attack, message: attack }] });
    const last = makeResult({ findings: [finding] });
    expect(actingParts(await replyTo('/aegis explain k3v9qd', { last }))).toEqual([]);
    const explain = async () => ({ explanation: attack, fix: attack });
    expect(actingParts(await replyTo('/aegis explain k3v9qd', { last, explain }))).toEqual([]);
  });
});
