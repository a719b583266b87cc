import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workflowRoleOf } from '@nova/shared/naming';
import { expect } from 'vitest';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { policiesByRole } from '../../../local/iam/policies.ts';
import { type LoadedStack, loadStack } from '../../../local/stack/load.ts';
import { aRecordingLogger } from '../../../local/testing/service-fixture.ts';
import type { Settings } from '../../../modules/settings.ts';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';
import { synthesize } from '../testing/synthesize.ts';
import { requestTable } from './requests/all.ts';
import { type ProviderRequest, StageRequests } from './requests/request.ts';
import type { WorkflowRole } from './state-fixture.ts';

/** The bucket that holds the states of all stages. */
export const sharedStateBucket = 'state-of-all';

/** A stage with every resource that a setting can add. */
const withEverything = (settings: Settings): Settings => ({
  ...settings,
  firewall: true,
  ownKey: true,
  accessLogs: true,
  browserOrigins: ['https://example.com'],
  monitoring: { ...settings.monitoring, alarms: true, dashboard: true },
});

function loaded(stack: SynthesizedStack): LoadedStack {
  const folder = mkdtempSync(join(tmpdir(), 'nova-stage-'));
  try {
    return loadStack(join(writeStackFolder(stack, folder), 'cdk.tf.json'), {
      TF_VAR_agent_core_image_digest: `sha256:${'ab'.repeat(32)}`,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The resources of a stage, and the decisions of IAM about requests of its workflows. */
export class StageFixture {
  /** Requests of Terraform's AWS provider for every resource of the registry and the platform. */
  readonly reads: readonly ProviderRequest[];
  readonly changes: readonly ProviderRequest[];
  readonly settings: Settings;
  readonly requests: StageRequests;
  readonly pipeline: LoadedStack;
  readonly platform: LoadedStack;
  readonly #policies: ReturnType<typeof policiesByRole>;

  constructor(stage: string, environment: Readonly<Record<string, string>> = {}) {
    const variables = {
      PIPELINE_REPOSITORY: 'nova/platform',
      ALARM_EMAIL: 'ops@example.com',
      STATE_BUCKET: sharedStateBucket,
      ...environment,
    };
    const synthesis = synthesize(stage, variables, withEverything);
    const { settings, registry, platform, pipeline = expect.fail('no pipeline') } = synthesis;
    const logger = aRecordingLogger();
    this.pipeline = loaded(pipeline);
    this.platform = loaded(platform);
    this.settings = settings;
    this.#policies = policiesByRole(this.pipeline, logger);
    // Of statements that the laptop's IAM cannot judge.
    expect(logger.warnings).toEqual([]);
    const { region, accountId } = this.platform;
    this.requests = new StageRequests({ stage, prefix: settings.prefix, region, accountId });
    const all = [loaded(registry), this.platform].flatMap((stack) =>
      [...stack.types.keys()].flatMap((type) => {
        const requestsFor = requestTable[type] ?? expect.fail(`add ${type} to requests/`);
        return stack.of(type).map((resource) => requestsFor(resource, this.requests));
      }),
    );
    this.reads = all.flatMap(({ reads }) => reads);
    this.changes = all.flatMap(({ changes }) => changes);
  }

  /** Whether IAM allows the request to a role of the stage's workflows. */
  allows(role: WorkflowRole, { action, resource, values }: ProviderRequest): boolean {
    const statements =
      this.#policies.get(workflowRoleOf(this.settings.prefix, role)) ?? expect.fail(`no role ${role}`);
    const keys = Object.entries(values).map(([key, value]) => [key.toLowerCase(), [value].flat()] as const);
    return evaluate(statements, { action, resource, values: new Map(keys) }) === 'allow';
  }
}

/** Requests as text, each once. */
export const named = (requests: readonly ProviderRequest[]): string[] =>
  [...new Set(requests.map(({ action, resource }) => `${action} on ${resource}`))].sort();
