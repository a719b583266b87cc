import { boundaryOf, rolloutsRoleOf, servicesBoundaryOf, webhookSchedulesOf } from '@nova/shared/naming';
import type { StackResource } from '../../../../local/contracts.ts';

/** A request of Terraform's AWS provider, as IAM sees it. */
export interface ProviderRequest {
  readonly action: string;
  readonly resource: string;
  /** Condition keys with their values. */
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

/** What the provider asks AWS for a resource. Source: internal/service/… of hashicorp/terraform-provider-aws. */
export interface ProviderRequests {
  /** To refresh it, which every plan does. */
  readonly reads: readonly ProviderRequest[];
  /** To create, change, tag and delete it. */
  readonly changes: readonly ProviderRequest[];
}

/** A stage of an account. */
export interface StageOfAccount {
  readonly stage: string;
  readonly prefix: string;
  readonly region: string;
  readonly accountId: string;
}

export type RequestsFor = (resource: StackResource, at: StageRequests) => ProviderRequests;

export type RequestTable = Readonly<Record<string, RequestsFor>>;

/** Builds the requests for the resources of one stage. */
export class StageRequests {
  readonly #at: StageOfAccount;

  constructor(at: StageOfAccount) {
    this.#at = at;
  }

  arn(service: string, path: string): string {
    return `arn:aws:${service}:${this.#at.region}:${this.#at.accountId}:${path}`;
  }

  /** ARN of a resource of API Gateway, which has no account. */
  gateway(path: string): string {
    return `arn:aws:apigateway:${this.#at.region}::${path}`;
  }

  role(name: string): string {
    return `arn:aws:iam::${this.#at.accountId}:role/${name}`;
  }

  /** The condition key of requests for a role that has its boundary of the stage. */
  boundedAs(role: string): ProviderRequest['values'] {
    const { accountId, prefix } = this.#at;
    const ofServices = [rolloutsRoleOf, webhookSchedulesOf].some((nameOf) =>
      role.endsWith(`/${nameOf(prefix)}`),
    );
    const boundary = ofServices ? servicesBoundaryOf : boundaryOf;
    return { 'iam:PermissionsBoundary': `arn:aws:iam::${accountId}:policy/${boundary(prefix)}` };
  }

  /** On a resource that has the stage's tags, or on one of its children. */
  on(resource: string, actions: readonly string[], more: ProviderRequest['values'] = {}): ProviderRequest[] {
    const values = { 'aws:ResourceTag/Stage': this.#at.stage, ...more };
    return actions.map((action) => ({ action, resource, values }));
  }

  /** On a resource that cannot have tags, or does not exist yet. */
  onUntagged(
    resource: string,
    actions: readonly string[],
    values: ProviderRequest['values'] = {},
  ): ProviderRequest[] {
    return actions.map((action) => ({ action, resource, values }));
  }

  /** A request that creates a resource with the stage's tags. */
  creating(resource: string, actions: readonly string[], more: ProviderRequest['values'] = {}) {
    const tags = { 'aws:RequestTag/Stage': this.#at.stage, 'aws:TagKeys': ['Project', 'Stage', 'Stack'] };
    return this.onUntagged(resource, actions, { ...tags, ...more });
  }
}
