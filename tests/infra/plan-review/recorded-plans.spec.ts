import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costs } from '../../../deploy/plans/costs.ts';
import { renderReview } from '../../../review/plan/page/render.ts';
import { reviewOf } from '../../../review/plan/review.ts';
import { parsePlan } from '../../../review/plan/terraform/terraform-plan.ts';

/** The review of plans by the real Terraform, recorded by `tests/fixtures/plans/record.ts`. */
function reviewed(name: string): string {
  const plan = parsePlan(readFileSync(`tests/fixtures/plans/${name}.json`, 'utf8'));
  return renderReview(reviewOf('prod', [{ stack: 'nova-platform', plan }], costs));
}

describe('plan.md', () => {
  it('of a first deployment lists additions by folder, and permissions', () => {
    const text = reviewed('first-deployment');

    expect(text).toContain('**✅ Only additions and changes in place.**');
    expect(text).toMatch(/\| `nova-platform` \| 2\d\d \| 0 \| 0 \| 0 \| 0 \|/);
    expect(text).toMatch(
      /`content-handler` may now:\n\n(- .*\n)*- `dynamodb:GetItem`, `dynamodb:Query` on table read-model/,
    );
    expect(text).toMatch(/\| idle \| \$0\.00 \| \$1\.50 \| \+\$1\.50 \|/);
    expect(text).not.toMatch(/may no longer|DATA WOULD BE LOST|\$\{/);
  });

  it('of more memory names the function, both sizes and the cost', () => {
    const text = reviewed('more-memory');

    expect(text).toContain('- **function audio-handler**');
    expect(text).toContain('`memory_size`: `256` → `512`');
    expect(text).toMatch(/\| busy \| .* \| \+\$1\.\d\d \|/);
    expect(text).not.toMatch(/Permissions|DATA WOULD BE LOST/);
  });

  it('of another table key warns first that the table’s data would be lost, with the remedy', () => {
    const text = reviewed('other-key');

    expect(text.indexOf('DATA WOULD BE LOST')).toBeLessThan(text.indexOf('Changed in place'));
    expect(text).toMatch(/\*\*table event-store\*\* would be destroyed and created again, empty/);
    expect(text).toContain('It holds: every event, from which all other data is derived.');
    expect(text).toContain('Why: `range_key` cannot be changed in place.');
    expect(text).toMatch(/What to do: Undo the change/);
    // The table's new ARN is in policies, but permissions do not change.
    expect(text).toContain('stays the same once the names in it are known');
    expect(text).not.toContain('Permissions');
  });
});
