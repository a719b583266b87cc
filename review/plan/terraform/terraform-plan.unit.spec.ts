import { UserError } from '@nova/shared/run-main';
import { describe, expect, it } from 'vitest';
import { planJson } from '../testing/plan-builder.ts';
import { parsePlan } from './terraform-plan.ts';

describe('a plan', () => {
  it('may contain members that newer versions add', () => {
    const plan = JSON.parse(planJson({ changes: { 'aws_sqs_queue.one': { after: { name: 'one' } } } }));

    const parsed = parsePlan(JSON.stringify({ ...plan, format_version: '1.9', action_invocations: [] }));

    expect(parsed.resource_changes.map(({ address }) => address)).toEqual(['aws_sqs_queue.one']);
  });

  it('may have no changes', () => {
    expect(parsePlan('{"format_version":"1.2","planned_values":{}}').resource_changes).toEqual([]);
  });

  it.each([
    ['no JSON', 'Error: no such file', /is not JSON/],
    ['a state', '{"format_version":"1.0","values":{}}', /planned_values/],
    [
      'another format',
      '{"format_version":"2.0","planned_values":{}}',
      /format_version: is not a supported format/,
    ],
    ['the binary plan’s name', '"dev.tfplan"', /terraform show -json/],
    [
      'an unknown action',
      planJson({ changes: { 'a.b': { actions: ['explode'] } } }),
      /resource_changes\.0\.change\.actions/,
    ],
    [
      'a part of a plan',
      '{"format_version":"1.2","planned_values":{},"errored":true}',
      /could not finish this plan/,
    ],
  ])('is not %s', (_, text, message) => {
    expect(() => parsePlan(text)).toThrow(UserError);
    expect(() => parsePlan(text)).toThrow(message);
  });
});
