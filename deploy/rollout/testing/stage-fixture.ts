import { functionNames } from '@nova/shared/functions';
import { awsError, scripted } from '../../testing/scripted.ts';
import type { RolloutSite } from '../dependencies.ts';
import type { RolloutRecord } from '../record.ts';

interface Callers {
  live: number;
  newest: number;
  /** Whether part of the calls goes elsewhere. */
  split: boolean;
}

interface Moving {
  readonly functionName: string;
  /** What each look tells; the last one stays. */
  readonly statuses: string[];
  readonly creator?: string;
  readonly code?: string;
  /** Where callers are once it has succeeded. */
  readonly to?: number;
}

const active = ['Created', 'Queued', 'InProgress', 'Baking', 'Ready'];

/** A stage's functions, deployments and record, as Lambda, CodeDeploy and S3 would hold them. */
export class StageDouble {
  /** By the function's name; each has the versions 1 to its newest. */
  readonly callers: Record<string, Callers> = Object.fromEntries(
    functionNames.map((name) => [`nova-${name}`, { live: 1, newest: 1, split: false }]),
  );
  readonly deployments: Record<string, Moving> = {};
  /** Functions whose deployments fail from now on. */
  readonly fails = new Set<string>();
  readonly said: string[] = [];
  record: RolloutRecord | undefined;
  #writes = 0;

  /** @param answers what AWS says instead, by the name of the command */
  constructor(answers: Parameters<typeof scripted>[0] = {}) {
    this.#scripted = scripted({ ...this.#answers, ...answers });
  }

  /** Milliseconds between two looks at a deployment, and until it counts as stuck. */
  patience = { every: 1, atMost: 60_000 };
  readonly #scripted: ReturnType<typeof scripted>;

  /** Publishes versions up to one. */
  publish = (name: string, newest: number) => Object.assign(this.of(name), { newest });
  /** Writes the record as somebody else does meanwhile. */
  takeRecord(record: RolloutRecord): void {
    this.record = record;
    this.#writes += 1;
  }

  of = (name: string) => this.callers[`nova-${name}`] as Callers;

  get site(): RolloutSite {
    const { client } = this.#scripted;
    return {
      settings: { prefix: 'nova', stage: 'prod', stateBucket: 'state', rollout: 'CodeDeployDefault.LambdaX' },
      lambda: client,
      codedeploy: client,
      s3: client,
      printLine: (line) => void this.said.push(line),
      patience: { rollout: this.patience, stop: this.patience },
    };
  }

  /** Commands so far of these names, in order. */
  calls = (...names: string[]) => this.#scripted.calls.filter(({ name }) => names.includes(name));

  readonly #answers: Parameters<typeof scripted>[0] = {
    GetAlias: ({ FunctionName }: { FunctionName: string }) => {
      const { live, split } = this.callers[FunctionName] as Callers;
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
    UpdateAlias: (input: { FunctionName: string; FunctionVersion: string }) =>
      void Object.assign(this.callers[input.FunctionName] as Callers, {
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
      const { statuses, creator, code, functionName, to } = this.deployments[deploymentId] as Moving;
      const status = statuses.length > 1 ? statuses.shift() : statuses[0];
      if (status === 'Succeeded' && to) Object.assign(this.callers[functionName] as Callers, { live: to });
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
    GetObject: () => {
      if (!this.record) return awsError('NoSuchKey', 404)();
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
