import { type Asked, type Operation, repositoryIn } from './operation.ts';
import { notFound, unprocessable } from './refusal.ts';
import { addPost, type FakeCheckRun, listedPosts } from './state.ts';

/** Check runs: annotations append, a completed run stays completed, each request has its limits. */
export const checkOperations: Readonly<Record<string, Operation>> = {
  'checks/create': (asked) => {
    const { state, body } = asked;
    const { owner, repo, commits } = repositoryIn(asked);
    if (!commits.has(body.head_sha)) throw unprocessable(`No commit found for SHA: ${body.head_sha}`);
    const run: FakeCheckRun = {
      id: state.nextId++,
      repository: `${owner}/${repo}`,
      name: body.name,
      head_sha: body.head_sha,
      external_id: body.external_id ?? '',
      appId: state.appId,
      status: 'queued',
      conclusion: null,
      output: { title: null, summary: null, text: null },
      annotations: [],
      actions: [],
    };
    update(run, body);
    addPost(state, state.checkRuns, run);
    return { status: 201, body: show(asked, run) };
  },
  'checks/update': (asked) => {
    const run = runIn(asked);
    if (run.status === 'completed' && asked.body.status !== undefined && asked.body.status !== 'completed') {
      throw unprocessable('a completed check run stays completed');
    }
    update(run, asked.body);
    return { status: 200, body: show(asked, run) };
  },
  'checks/list-annotations': (asked) => ({ list: runIn(asked).annotations }),
  'checks/list-for-ref': (asked) => {
    const { check_name: name, app_id: appId, status, filter = 'latest' } = asked.query;
    const { owner, repo } = repositoryIn(asked);
    const runs = listedPosts(asked.state, asked.state.checkRuns)
      .filter((run) => run.repository === `${owner}/${repo}` && run.head_sha === asked.params['ref'])
      .filter((run) => (name === undefined || run.name === name) && (status === undefined || run.status === status))
      .filter((run) => appId === undefined || run.appId === Number(appId))
      .reverse();
    const latest = runs.filter((run, index) => filter === 'all' || runs.findIndex((other) => other.name === run.name) === index);
    return { list: latest.map((run) => show(asked, run)), wrap: (check_runs, total_count) => ({ total_count, check_runs }) };
  },
};

function runIn({ state, params }: Asked): FakeCheckRun {
  const found = state.checkRuns.find(
    (run) => run.id === Number(params['check_run_id']) && run.repository === `${params['owner']}/${params['repo']}`,
  );
  if (found === undefined) throw notFound();
  return found;
}

function update(run: FakeCheckRun, body: Asked['body']): void {
  const { title, summary, text, annotations = [] } = body.output ?? {};
  if (body.output !== undefined && title === undefined) throw unprocessable('Invalid request', ['"title" wasn\'t supplied.']);
  if ([summary, text].some((value) => (value?.length ?? 0) > 65_535))
    throw unprocessable('Invalid request', ['summary or text is too long']);
  for (const annotation of annotations) checkAnnotation(annotation);
  run.annotations.push(...annotations);
  run.actions = body.actions ?? run.actions;
  if (body.output !== undefined) run.output = { title, summary, text: text ?? run.output.text };
  run.status = body.conclusion === undefined ? (body.status ?? run.status) : 'completed';
  run.conclusion = body.conclusion ?? run.conclusion;
}

function checkAnnotation(annotation: Record<string, unknown>): void {
  const { start_line: start, end_line: end, start_column: column, title, message, raw_details: details } = annotation;
  const bytes = (value: unknown) => Buffer.byteLength(String(value ?? ''));
  if (Number(start) < 1 || Number(end) < Number(start)) throw unprocessable('Invalid request', ['annotation lines are out of order']);
  if (column !== undefined && start !== end) throw unprocessable('Invalid request', ['columns need one line']);
  if (String(title ?? '').length > 255 || bytes(message) > 65_536 || bytes(details) > 65_536)
    throw unprocessable('Invalid request', ['annotation is too long']);
  if (String(message).length === 0) throw unprocessable('Invalid request', ['annotation message is blank']);
}

function show({ state }: Asked, run: FakeCheckRun) {
  const { repository: _, appId, annotations, actions: __, output, ...shown } = run;
  return {
    ...shown,
    app: { id: appId, slug: state.slug },
    output: { ...output, ...(state.countsAnnotations ? { annotations_count: annotations.length } : {}) },
    pull_requests: [],
  };
}
