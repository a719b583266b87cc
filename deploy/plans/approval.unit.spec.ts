import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../review/plan/terraform/terraform-plan.ts';
import { planJson } from '../../review/plan/testing/plan-builder.ts';
import { approvalOf, expectApproved } from './approval.ts';
import { changesOf, type PlanRecord } from './record.ts';

const image = { digest: `sha256:${'a'.repeat(64)}`, called: 'b'.repeat(24) };
const record: PlanRecord = {
  account: '123456789012',
  plannedAt: '2026-11-27T06:00:00.000Z',
  image,
  stacks: {
    'nova-registry': { synthesis: 'r', changes: '', tools: 't' },
    'nova-platform': { synthesis: 'p', changes: 'c', tools: 't' },
  },
  files: {},
  summary: '',
  losesData: false,
};
const approved = JSON.stringify(approvalOf(record));

describe('an approval', () => {
  it('names the stacks that would change, and nothing else', () => {
    expect(Object.keys(approvalOf(record))).toEqual(['nova-platform']);
    expect(approved).toMatch(/^\{"nova-platform":"[0-9a-f]{64}"\}$/);
  });

  it('is valid for the same plan, whenever it was made, and when nothing is left to do', () => {
    const later = { ...record, plannedAt: '2026-11-28T06:00:00.000Z' };
    const done = { ...record, stacks: { 'nova-platform': { synthesis: 'p', changes: '', tools: 't' } } };

    for (const same of [record, later, done])
      expect(() => expectApproved(same, approved, 'prod')).not.toThrow();
  });

  it.each([
    ['another account', { account: '210987654321' }],
    ['another image', { image: { ...image, called: 'other' } }],
    ['other changes', { stacks: { 'nova-platform': { synthesis: 'p', changes: 'd', tools: 't' } } }],
    ['another synthesis', { stacks: { 'nova-platform': { synthesis: 'q', changes: 'c', tools: 't' } } }],
    ['another provider', { stacks: { 'nova-platform': { synthesis: 'p', changes: 'c', tools: 'u' } } }],
    ['a rollout more', { pendingRollout: 'Callers do not get the newest version of agent-core yet.' }],
    ['a deployment of the API more', { pendingRedeployment: 'Removed routes may still answer.' }],
    [
      'a stack more',
      { stacks: { ...record.stacks, 'nova-registry': { synthesis: 'r', changes: 'd', tools: 't' } } },
    ],
  ])('is not valid for %s', (_, other) => {
    expect(() => expectApproved({ ...record, ...other }, approved, 'prod')).toThrow(
      /The plan for (?:nova-\w+|rollout|redeployment) is not the approved one.*Run the workflow again/,
    );
  });

  it('is optional, and must be well-formed', () => {
    expect(() => expectApproved(record, undefined, 'prod')).not.toThrow();
    for (const wrong of ['nova', '[1]']) {
      expect(() => expectApproved(record, wrong, 'prod')).toThrow(/APPROVED_PLAN is not an approval/);
    }
  });
});

describe('the planned changes', () => {
  const agent = 'aws_lambda_function.functions_agent-core_function_1';
  const planFor = (digest: string, memory = 512) =>
    parsePlan(
      planJson({
        changes: {
          [agent]: {
            before: { image_uri: 'registry/agent-core@sha256:before', memory_size: 256 },
            after: { image_uri: `registry/agent-core@${digest}`, memory_size: memory },
          },
        },
      }),
    );

  it('are the same before and after the image is pushed', () => {
    const standIn = { ...image, digest: `sha256:${'b'.repeat(24).padEnd(64, '0')}` };

    expect(changesOf(planFor(image.digest), image)).toBe(changesOf(planFor(standIn.digest), standIn));
    expect(changesOf(planFor(image.digest), image)).not.toBe(changesOf(planFor(image.digest, 1024), image));
  });

  it('do not include attributes that stay, even if they changed by themselves', () => {
    const mapping = 'aws_lambda_event_source_mapping.functions_projector_1';
    const planAt = (seen: string) =>
      parsePlan(
        planJson({
          changes: {
            [mapping]: {
              before: { batch_size: 1, last_processing_result: seen },
              after: { batch_size: 2, last_processing_result: seen },
            },
          },
        }),
      );

    expect(changesOf(planAt('OK'), image)).toBe(changesOf(planAt('No records processed'), image));
  });

  it('differ for another value before', () => {
    const from = (before: number) =>
      parsePlan(planJson({ changes: { [agent]: { before: { timeout: before }, after: { timeout: 3 } } } }));

    expect(changesOf(from(1), image)).not.toBe(changesOf(from(2), image));
  });

  it('include the outputs, which people and commands read', () => {
    const withUrl = (after?: string) =>
      changesOf(
        parsePlan(
          planJson({
            changes: { [agent]: { before: { timeout: 1 }, after: { timeout: 3 } } },
            ...(after && { outputs: { api_url: { before: 'https://old.example', after } } }),
          }),
        ),
        image,
      );

    expect(withUrl('https://new.example')).not.toBe(withUrl());
    expect(withUrl('https://other.example')).not.toBe(withUrl('https://new.example'));
  });

  it('are empty when nothing would change', () => {
    expect(changesOf(parsePlan(planJson({})), image)).toBe('');
  });
});
