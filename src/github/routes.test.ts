import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MUTATION_NEEDS, ROUTES } from './routes.ts';

const manifest: { default_events: string[]; default_permissions: Record<string, string> } = parse(fs.readFileSync('app.yml', 'utf8'));

/** https://docs.github.com/webhooks/webhook-events-and-payloads: the permission under which each event is offered. */
const EVENT_NEEDS: Readonly<Record<string, string>> = {
  check_run: 'checks',
  check_suite: 'checks',
  issue_comment: 'issues',
  merge_group: 'merge_queues',
  pull_request: 'pull_requests',
  pull_request_review_comment: 'pull_requests',
  pull_request_review_thread: 'pull_requests',
};

describe('app.yml', () => {
  it.each(Object.entries(ROUTES).filter(([, { permission }]) => permission !== 'jwt'))(
    'grants what %s needs',
    (_, { permission, access }) => {
      const granted = manifest.default_permissions[permission];
      expect(granted === 'write' || granted === access).toBe(true);
    },
  );

  it.each(Object.entries(MUTATION_NEEDS))('grants what the mutation %s needs, or does without', (_, { permission, access, optional }) => {
    expect(optional || manifest.default_permissions[permission] === access).toBe(true);
  });

  it.each(manifest.default_events)('has the permission under which %s is offered', (event) => {
    expect(manifest.default_permissions).toHaveProperty(EVENT_NEEDS[event] ?? `the permission of ${event}`);
  });

  it('asks for no more than the product needs', () => {
    expect(manifest.default_permissions).toEqual({
      metadata: 'read',
      contents: 'read',
      pull_requests: 'write',
      checks: 'write',
      security_events: 'write',
      issues: 'read',
      merge_queues: 'read',
    });
  });

  it('names no event that every App gets anyway: GitHub refuses such a manifest', () => {
    for (const event of ['installation', 'installation_repositories', 'github_app_authorization'])
      expect(manifest.default_events).not.toContain(event);
  });
});
