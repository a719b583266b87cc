import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';
import { type PlanRecord, plansFolder } from './record.ts';

/**
 * What tells, elsewhere, whether a plan is still the one that somebody approved: a hash a stack, of what it is synthesized
 * to and what would change, and one of what the rollout brings besides; what would not change is left out. It holds no
 * secret.
 */
const Approval = z.record(z.string(), z.string());
export type Approval = z.infer<typeof Approval>;

export type Approvable = Pick<PlanRecord, 'account' | 'image' | 'stacks' | 'overdue'>;

export function approvalOf({ account, image, stacks, overdue }: Approvable): Approval {
  const changed = Object.entries(stacks).filter(([, { changes }]) => changes !== '');
  const hashes = Object.fromEntries(
    changed.map(([stack, { synthesis, changes, tools }]) => [
      stack,
      hash('sha256', JSON.stringify([account, image.called, stack, synthesis, changes, tools])),
    ]),
  );
  return overdue === undefined ? hashes : { ...hashes, rollout: hash('sha256', overdue) };
}

/** Writes it beside the plan, in one line. */
export const saveApproval = (stage: string, approval: Approval) =>
  writeFileSync(join(plansFolder(stage), 'approval.json'), JSON.stringify(approval));

/**
 * @param approved an approval as it was written, from `APPROVED_PLAN`; anything goes where none is asked for
 * @throws UserError when the plan would do what nobody approved
 */
export function expectApproved(record: PlanRecord, approved: string | undefined, stage: string): void {
  if (!approved) return;
  const wanted = readApproval(approved);
  const other = Object.entries(approvalOf(record)).filter(([stack, hash]) => wanted[stack] !== hash);
  if (other.length === 0) return;
  throw new UserError(
    `The plan for ${other.map(([what]) => what).join(' and ')} is not the one that was approved, since stage ${stage}, what is deployed or what planned it changed meanwhile: run the workflow anew, and read its plan.`,
  );
}

function readApproval(approved: string): Approval {
  try {
    return Approval.parse(JSON.parse(approved));
  } catch {
    throw new UserError(
      'APPROVED_PLAN is not an approval: give the content of the approval.json that was written beside plan.md, or unset it.',
    );
  }
}
