import type { Budget, ConsensusStep, JudgeWhen, Plan } from '#model/plan.ts';
import type { ScanPreview } from '#pipeline/preview/preview-scan.ts';
import type { SeatPreview } from '#pipeline/preview/preview-seats.ts';
import { cutText, oneLine } from '#report/plain-text.ts';
import { countOf } from '#report/wording.ts';
import { safeText } from './safe-text.ts';
import { wrapText } from './wrap-text.ts';

type PlanToShow = Pick<Plan, 'stages' | 'roles' | 'reserves' | 'consensus' | 'budget'>;

/** What `--plan` prints for people, in 80 columns: who would be asked what, what that could cost, what would be left out. */
export function showPreview(preview: ScanPreview, plan: PlanToShow): string {
  const { hunks, chunks, codeTokens, left } = preview;
  const heading = `${countOf(hunks, 'changed hunk')} in ${countOf(chunks, 'chunk')}, about ${count(codeTokens)} tokens of code.`;
  const facts = [
    ['consensus', tellConsensus(plan.consensus)],
    ['budget', tellBudget(plan.budget)],
    ...(plan.reserves.length === 0 ? [] : [['in reserve', plan.reserves.map(({ id }) => id).join(', ')]]),
  ];
  const lines = [
    heading,
    '',
    ...tableOf(preview, plan),
    '',
    ...facts.flatMap(([name = '', words = '']) => wrapText(`${name.padEnd(12)}${oneLine(words)}`, 12)),
    '',
    ...notesOn(preview, plan).flatMap((note) => wrapText(oneLine(note), 2)),
    ...(left.length === 0 ? [] : ['Would not be reviewed:']),
    ...left.flatMap(({ path, reason }) => wrapText(`  ${oneLine(`${path}: ${reason}`)}`, 4)),
    'Nothing was called.',
  ];
  return safeText(`${lines.join('\n')}\n`);
}

const NAME = 31;
const WIDTHS = [12, 12, 12, 12];
/** Names come from configuration: one that is longer tells nobody more. */
const LONGEST_NAME = 76;

function tableOf({ seats, total }: ScanPreview, plan: PlanToShow): string[] {
  const row = (name: string, cells: readonly string[]): string[] => {
    const numbers = cells.map((cell, at) => cell.padStart(WIDTHS[at] ?? 0)).join('');
    const told = cutText(oneLine(name), LONGEST_NAME);
    return told.length > NAME - 2 ? [`  ${told}`, `${' '.repeat(NAME)}${numbers}`] : [`  ${told}`.padEnd(NAME) + numbers];
  };
  const lines = [`${' '.repeat(NAME)}${['calls', 'tokens in', 'tokens out', 'cost'].map((word) => word.padStart(12)).join('')}`];
  let before = '';
  for (const seat of seats) {
    const group = tellGroup(seat, plan);
    if (group !== before) lines.push(group);
    before = group;
    const { model, calls, atMost, tokensIn, tokensOut, costUsd } = seat;
    const cost = calls === 0 ? '–' : dollars(costUsd);
    lines.push(...row(model, [most(calls, atMost), count(tokensIn), count(tokensOut), cost]));
  }
  const { calls, tokensIn, tokensOut, costUsd, unpriced } = total;
  const known = unpriced.length > 0 && costUsd === 0 ? 'unknown' : dollars(costUsd);
  const cost = unpriced.length > 0 && costUsd > 0 ? `${known} + ?` : known;
  const isMost = seats.some(({ atMost }) => atMost);
  const all = row('', [most(calls, isMost), count(tokensIn), count(tokensOut), cost]).map((line) => `in all${line.slice(6)}`);
  return [...lines, ...all];
}

function tellGroup(seat: SeatPreview, plan: PlanToShow): string {
  return seat.guest === true ? `${tellStage(seat, plan)}, for files of overrides` : tellStage(seat, plan);
}

function tellStage({ stage, role, tier }: SeatPreview, { stages, consensus }: PlanToShow): string {
  switch (stage) {
    case 'triage':
      return `triage: a chunk is suspicious from ${stages.triage?.threshold ?? 0} on`;
    case 'deep_scan': {
      const where = tier === null ? '' : `, tier ${tier} of ${stages.deepScan.tiers.length}`;
      return role === 'deep_scan' ? `deep_scan${where}` : `${role}, beside deep_scan${where}`;
    }
    case 'judge': {
      const step = consensus.steps.find(({ kind }) => kind === 'judge');
      const who = (stages.judge?.seats.length ?? 0) > 1 ? ', one of them for each chunk' : '';
      return `judge: ${step?.kind === 'judge' ? HEARD[step.when] : 'no claim'}${who}`;
    }
    case 'annotate':
      return `${role}, on findings`;
    case 'explain':
      return `explain: the ${countOf(stages.explain?.max ?? 0, 'worst finding')}${(stages.explain?.seats.length ?? 0) > 1 ? ', the first of' : ''}`;
  }
}

const HEARD: Readonly<Record<JudgeWhen, string>> = { always: 'every claim', disagreement: 'claims without a majority', never: 'no claim' };

function tellConsensus({ strategy, steps }: PlanToShow['consensus']): string {
  const told = steps.map(tellStep).join(', then ');
  return steps.length === 1 && told === strategy ? strategy : `${strategy}: ${told}`;
}

function tellStep(step: ConsensusStep): string {
  switch (step.kind) {
    case 'filter': {
      const { minSeverity, minConfidence, cwes } = step;
      const asked = [
        minSeverity === null ? [] : [`severity from ${minSeverity}`],
        minConfidence === null ? [] : [`confidence from ${minConfidence}`],
        cwes === null ? [] : [cwes.join(', ')],
      ];
      return `filter (${asked.flat().join('; ')})`;
    }
    case 'vote':
      return step.strategy === 'weighted_vote' ? `weighted_vote (more than ${step.threshold} of the weights)` : step.strategy;
    case 'judge':
      return `judge (${HEARD[step.when]})`;
    case 'cap':
      return `cap (the worst ${step.findings})`;
  }
}

function tellBudget({ usd, tokens, minutes, monthlyUsd }: Budget): string {
  const month = monthlyUsd === null ? '' : `; ${dollars(monthlyUsd)} a month for the repository`;
  return `${dollars(usd)}, ${count(tokens)} tokens, ${countOf(minutes, 'minute')}${month}`;
}

function notesOn({ seats, total }: ScanPreview, { budget }: PlanToShow): string[] {
  const problems = new Map(seats.flatMap(({ model, problem }) => (problem === null ? [] : [[model, problem]])));
  const unpriced = total.unpriced.filter((model) => !problems.has(model));
  const { usd, tokens } = exceeded(total, budget);
  const over = [
    usd ? [`${dollars(total.costUsd)} of ${dollars(budget.usd)}`] : [],
    tokens ? [`${count(total.tokensIn + total.tokensOut)} tokens of ${count(budget.tokens)}`] : [],
  ].flat();
  return [
    ...[...problems].map(([model, problem]) => `${model} cannot be called. ${problem}`),
    ...(unpriced.length === 0 ? [] : [`Price unknown: ${unpriced.join(', ')}. The money limit cannot hold what that costs.`]),
    ...(over.length === 0
      ? []
      : [`The budget may not hold all of this: up to ${over.join(', and ')}. What it has no room for is told as not reviewed.`]),
    'Tokens are estimated; those out and the cost are the most that the models may write. Calls that are repeated, questions for definitions and checks of replacements come on top; answers that are kept cost nothing.',
  ];
}

/** Which limits the whole could go beyond. */
export function exceeded(total: ScanPreview['total'], budget: Budget): { readonly usd: boolean; readonly tokens: boolean } {
  const limit = Math.min(budget.usd, budget.monthlyUsd ?? Number.POSITIVE_INFINITY);
  return { usd: total.costUsd > limit, tokens: total.tokensIn + total.tokensOut > budget.tokens };
}

const count = (number: number) => Math.round(number).toLocaleString('en-US');

const most = (calls: number, atMost: boolean) => `${atMost && calls > 0 ? '≤ ' : ''}${count(calls)}`;

/** `$0`, `$0.0123`, `$0.05`, `$2.50`; `unknown` for null. */
function dollars(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd > 0 && usd < 0.0001) return '<$0.0001';
  const cents = usd.toFixed(2);
  return usd === 0 ? '$0' : `$${usd < 0.1 && Number(cents) !== usd ? usd.toFixed(4) : cents}`;
}
