import type { ApplyRecord } from '../records/apply-record.ts';

/** What is left of an earlier apply. */
export interface Unfinished {
  /** For the plan's page: an apply of the stage that stopped half-way. */
  readonly apply?: string;
  /** For the plan's page and its approval: the API that must be deployed again. */
  readonly redeployment?: string;
}

/** Describes what is left of the last apply of a stage. */
export function unfinishedIn(record: ApplyRecord | undefined): Unfinished {
  if (record?.state !== 'under-way') return {};
  const { startedAt, commit, redeploysApi } = record;
  const name = `The last apply, of ${startedAt}${commit === undefined ? '' : ` (commit ${commit})`},`;
  return {
    apply: `${name} stopped half-way, or is still in progress: this plan has what is left of it.`,
    ...(redeploysApi && {
      redeployment: `${name} removed parts of the API, and did not deploy the API again: removed routes may still answer. A deployment of this plan deploys the API again.`,
    }),
  };
}

/** A note for the page of a plan that removes parts of the API. */
export const secondDeployment =
  'This plan removes parts of the API, so `make deploy` deploys the API twice: once in this plan, with the removed routes, and once after it, without them. Until then, for some seconds, the removed routes answer. The second deployment may change nothing but `aws_api_gateway_deployment` and `aws_api_gateway_stage`.';
