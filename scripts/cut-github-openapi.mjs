// Cuts GitHub's OpenAPI description down to the routes that the fake GitHub of the tests knows.
//   cd "$(mktemp -d)" && npm i @octokit/openapi
//   node <project>/scripts/cut-github-openapi.mjs node_modules/@octokit/openapi/generated/api.github.com.json
// The package weighs 385 MB, so it is no dependency; the cut is kept as test/fixtures/github-openapi.json.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

const OPERATIONS = {
  '/app': ['get'],
  '/app/hook/deliveries': ['get'],
  '/app/hook/deliveries/{delivery_id}/attempts': ['post'],
  '/app/installations/{installation_id}/access_tokens': ['post'],
  '/graphql': [],
  '/rate_limit': ['get'],
  '/repos/{owner}/{repo}': ['get'],
  '/repos/{owner}/{repo}/installation': ['get'],
  '/repos/{owner}/{repo}/pulls': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/files': ['get'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}': ['delete'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals': ['put'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/pulls/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies': ['post'],
  '/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/{issue_number}/comments': ['get', 'post'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions': ['post'],
  '/repos/{owner}/{repo}/issues/comments/{comment_id}': ['patch'],
  '/repos/{owner}/{repo}/compare/{basehead}': ['get'],
  '/repos/{owner}/{repo}/contents/{path}': ['get'],
  '/repos/{owner}/{repo}/git/blobs/{file_sha}': ['get'],
  '/repos/{owner}/{repo}/git/trees/{tree_sha}': ['get'],
  '/repos/{owner}/{repo}/commits/{ref}/check-runs': ['get'],
  '/repos/{owner}/{repo}/check-runs': ['post'],
  '/repos/{owner}/{repo}/check-runs/{check_run_id}': ['get', 'patch'],
  '/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations': ['get'],
  '/repos/{owner}/{repo}/code-scanning/sarifs': ['post'],
  '/repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}': ['get'],
  '/repos/{owner}/{repo}/collaborators/{username}/permission': ['get'],
};

/** Words for people: half of the description, and nothing that a request is held against. */
const PROSE = ['description', 'summary', 'examples', 'example', 'x-github', 'externalDocs', 'title'];

const source = process.argv[2];
if (source === undefined) {
  console.error('usage: node scripts/cut-github-openapi.mjs PATH/api.github.com.json');
  process.exit(2);
}
const whole = JSON.parse(fs.readFileSync(source, 'utf8'));
const cut = {
  openapi: whole.openapi,
  info: { title: 'GitHub, the part that the tests use', version: whole.info.version },
  paths: {},
  components: {},
};

for (const [route, methods] of Object.entries(OPERATIONS)) {
  for (const method of methods) {
    const { operationId, parameters = [], requestBody, responses } = whole.paths[route][method];
    // Only requests are checked: of the answers, the status is enough.
    const statuses = Object.fromEntries(Object.keys(responses).map((status) => [status, { description: '' }]));
    cut.paths[route] = {
      ...cut.paths[route],
      [method]: { operationId, parameters, ...(requestBody && { requestBody }), responses: statuses },
    };
  }
}
collect(cut.paths);
strip(cut.paths, false);
strip(cut.components, false);
const target = fileURLToPath(new URL('../test/fixtures/github-openapi.json', import.meta.url));
fs.writeFileSync(target, `${JSON.stringify(cut, null, 1)}\n`);
console.log(`${target}: ${Math.round(fs.statSync(target).size / 1000)} KB`);

/** Brings along whatever is referred to. */
function collect(node) {
  if (node === null || typeof node !== 'object') return;
  for (const value of Object.values(node)) collect(value);
  if (typeof node.$ref !== 'string') return;
  const [, top, group, name] = node.$ref.split('/');
  cut[top][group] ??= {};
  if (cut[top][group][name] !== undefined) return;
  cut[top][group][name] = whole[top][group][name];
  collect(cut[top][group][name]);
}

/** Takes the prose out; under `properties` the same words are names of fields. */
function strip(node, named) {
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (!named && PROSE.includes(key) && !('operationId' in node && key === 'responses')) delete node[key];
    else strip(value, key === 'properties' || key === 'schemas' || (key === 'parameters' && !Array.isArray(value)) || key === 'responses');
  }
}
