import { functionNames } from '@nova/shared/functions';
import { UserError } from '@nova/shared/run-main';
import { awsError, scripted } from '../../testing/scripted.ts';
import type { Dependencies } from '../dependencies.ts';
import type { RolloutRecord } from '../record.ts';

export const startedAt = '2026-11-27T10:00:00.000Z';

interface Alias {
  live: number;
  newest: number;
  /** Whether part of the traffic goes to another version. */
  split: boolean;
}

interface DeploymentInFlight {
  readonly functionName: string;
  /** The answer to each query; the last one repeats. */
  readonly statuses: string[];
  readonly creator?: string;
  readonly code?: string;
  /** The version that callers get after it has succeeded. */
  readonly to?: number;
}

const active = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];

/** A fake of a stage: its functions in Lambda, its deployments in CodeDeploy and its record in S3. */
export class StageFixture {
  /** By function name; each has the versions 1 to its newest. */
  readonly callers: Record<string, Alias> = Object.fromEntries(
    functionNames.map((name) => [`nova-${name}`, { live: 1, newest: 1, split: false }]),
  );
  readonly deployments: Record<string, DeploymentInFlight> = {};
  /** Functions whose deployments fail from now on. */
  readonly fails = new Set<string>();
  readonly printed: string[] = [];
  readonly questions: string[] = [];
  /** The version of the guardrail that each version of agent-core names, from version 1 on. */
  guardrailVersions: number[] = [];
  /** The versions of the guardrail that exist. */
  readonly guardrails = new Set<number>();
  alarms: Dependencies['alarms'] = 'watch';
  /** Whether the person answers no to each question. */
  refuses = false;
  record: RolloutRecord | undefined;
  /** The commit that was applied last. */
  commit: string | undefined;
  /** Milliseconds between two queries of a deployment, and until it counts as stuck. */
  polling = { every: 1, atMost: 60_000 };
  #writes = 0;

  /** @param answers answers of AWS that replace the fake's, by the name of the command */
  constructor(answers: Parameters<typeof scripted>[0] = {}) {
    this.#scripted = scripted({ ...this.#answers, ...answers });
  }

  readonly #scripted: ReturnType<typeof scripted>;

  /** Publishes versions up to a number. */
  publish = (name: string, newest: number) => Object.assign(this.of(name), { newest });
  /** Writes the record, as a concurrent command would. */
  takeRecord(record: RolloutRecord): void {
    this.record = record;
    this.#writes += 1;
  }

  of = (name: string) => this.callers[`nova-${name}`] as Alias;

  get dependencies(): Dependencies {
    const { client } = this.#scripted;
    return {
      settings: { prefix: 'nova', stage: 'prod', stateBucket: 'state', rollout: 'CodeDeployDefault.LambdaX' },
      lambda: client,
      codedeploy: client,
      s3: client,
      deleteGuardrailVersion: async ({ version }) => this.guardrails.delete(version),
      printLine: (line) => void this.printed.push(line),
      alarms: this.alarms,
      confirm: async (question) => {
        this.questions.push(question);
        if (this.refuses) throw new UserError('Nothing was changed.');
      },
      polling: { rollout: this.polling, stop: this.polling },
    };
  }

  /** The commands with these names so far, in order. */
  calls = (...names: string[]) => this.#scripted.calls.filter(({ name }) => names.includes(name));

  readonly #answers: Parameters<typeof scripted>[0] = {
    GetAlias: ({ FunctionName }: { FunctionName: string }) => {
      const { live, split } = this.callers[FunctionName] as Alias;
      return {
        FunctionVersion: String(live),
        RoutingConfig: { AdditionalVersionWeights: split ? { 9: 0.1 } : {} },
      };
    },
    ListVersionsByFunction: ({ FunctionName }: { FunctionName: string }) => ({
      Versions: Array.from({ length: this.callers[FunctionName]?.newest ?? 0 }, (_, index) => ({
        Version: String(index + 1),
      })),
    }),
    GetFunctionConfiguration: ({ Qualifier }: { Qualifier: string }) => {
      const used = this.guardrailVersions[Number(Qualifier) - 1];
      return used
        ? { Environment: { Variables: { GUARDRAIL_ID: 'g1', GUARDRAIL_VERSION: String(used) } } }
        : {};
    },
    UpdateAlias: (input: { FunctionName: string; FunctionVersion: string }) =>
      void Object.assign(this.callers[input.FunctionName] as Alias, {
        live: Number(input.FunctionVersion),
        split: false,
      }),
    ListDeployments: ({ deploymentGroupName }: { deploymentGroupName: string }) => ({
      deployments: Object.entries(this.deployments)
        .filter(([, { functionName, statuses }]) => {
          return functionName === deploymentGroupName && active.includes(statuses[0] ?? '');
        })
        .map(([id]) => id),
    }),
    GetDeployment: ({ deploymentId }: { deploymentId: string }) => {
      const { statuses, creator, code, functionName, to } = this.deployments[
        deploymentId
      ] as DeploymentInFlight;
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status === 'Succeeded' && to) Object.assign(this.callers[functionName] as Alias, { live: to });
      return { deploymentInfo: { status, creator, errorInformation: code ? { code } : undefined } };
    },
    StopDeployment: ({ deploymentId }: { deploymentId: string }) =>
      void this.deployments[deploymentId]?.statuses.splice(0, 9, 'InProgress', 'Stopped'),
    CreateDeployment: (input: {
      deploymentGroupName: string;
      revision: { appSpecContent: { content: string } };
    }) => {
      const functionName = input.deploymentGroupName;
      const deploymentId = `d-${Object.keys(this.deployments).length + 1}`;
      const [, to] = /"TargetVersion":"(\d+)"/.exec(input.revision.appSpecContent.content) ?? [];
      const end = this.fails.has(functionName) ? 'Failed' : 'Succeeded';
      this.deployments[deploymentId] = { functionName, statuses: ['InProgress', end], to: Number(to) };
      return { deploymentId };
    },
    GetObject: ({ Key }: { Key: string }) => {
      if (Key.endsWith('/apply.json') && this.commit) {
        const applied = { startedAt, commit: this.commit, state: 'complete', redeploysApi: false };
        return { Body: { transformToString: async () => JSON.stringify(applied) } };
      }
      if (!this.record || Key.endsWith('/apply.json')) return awsError('NoSuchKey', 404)();
      const text = JSON.stringify(this.record);
      return { ETag: `e-${this.#writes}`, Body: { transformToString: async () => text } };
    },
    PutObject: ({ Body, IfMatch }: { Body: string; IfMatch?: string }) => {
      if (IfMatch && IfMatch !== `e-${this.#writes}`) awsError('PreconditionFailed', 412)();
      this.record = JSON.parse(Body);
      this.#writes += 1;
      return { ETag: `e-${this.#writes}` };
    },
  };
}

/** A stage with one rollout: the projector went from version 3 to 4. */
export function rolledOut(answers: ConstructorParameters<typeof StageFixture>[0] = {}): StageFixture {
  const stage = new StageFixture(answers);
  stage.record = { startedAt, before: { 'nova-event-projector': 3 }, state: 'through' };
  Object.assign(stage.of('event-projector'), { live: 4, newest: 4 });
  Object.assign(stage.of('agent-core'), { live: 6, newest: 6 });
  return stage;
}

/** The same, and agent-core went from version 5 to 6. */
export function twoRolledOut(answers: ConstructorParameters<typeof StageFixture>[0] = {}): StageFixture {
  const stage = rolledOut(answers);
  stage.record = { startedAt, before: { 'nova-event-projector': 3, 'nova-agent-core': 5 }, state: 'through' };
  return stage;
}
