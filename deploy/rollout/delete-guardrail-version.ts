import type { AskAws } from '../preflight/account/ask.ts';

/** A numbered version of a guardrail. */
export interface GuardrailVersion {
  readonly guardrail: string;
  readonly version: number;
}

/** Deletes a version of a guardrail. Returns whether it existed. */
export type DeleteGuardrailVersion = (version: GuardrailVersion) => Promise<boolean>;

/**
 * Source: Bedrock API reference, DeleteGuardrail. Without a version it would delete the whole guardrail, so the version is a
 * positive number.
 */
export const deletesGuardrailVersion =
  (ask: AskAws, region: string): DeleteGuardrailVersion =>
  async ({ guardrail, version }) => {
    if (!(Number.isInteger(version) && version > 0)) throw new RangeError(`${version} is no version`);
    const path = `/guardrails/${encodeURIComponent(guardrail)}?guardrailVersion=${version}`;
    try {
      const [service, action] = ['bedrock', 'bedrock:DeleteGuardrail'] as const;
      await ask({ action, service, region, path, method: 'DELETE' });
      return true;
    } catch (error) {
      if ((error as Error).name === 'ResourceNotFoundException') return false;
      throw error;
    }
  };
