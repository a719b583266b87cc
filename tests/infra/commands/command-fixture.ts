import { spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { App } from 'cdktf';
import { readSettings } from '../../../modules/settings.ts';
import { declareStacks } from '../../../modules/stacks.ts';
import { type PlanInput, planJson } from '../../../review/plan/testing/plan-builder.ts';
import { placeholderArtifacts } from '../testing/synthesize.ts';
import { type Account, anAccount, startFakeAws } from './fake-aws.ts';
import { cdktf, terraform } from './fake-terraform.ts';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

const compileCache = resolve('node_modules/.cache/nova');

const planned = new Map<string, string>();

/** A copy of a folder that exists as long as the test file runs. */
function temporaryCopy(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'nova-plans-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

const syntheses = new Map<string, string>();

/** The folder with the synthesized stacks of a stage; one synthesis serves all fixtures of a test file. */
function synthesis(stage: string, repository: string): string {
  const key = `${stage} ${repository}`;
  const known = syntheses.get(key);
  if (known) return known;
  const folder = mkdtempSync(join(tmpdir(), 'nova-synthesis-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const artifacts = join(folder, 'artifacts');
  placeholderArtifacts(artifacts);
  const outdir = join(folder, 'cdktf.out');
  const app = new App({ outdir });
  declareStacks(app, {
    settings: readSettings({ STAGE: stage, PIPELINE_REPOSITORY: repository }),
    artifacts,
  });
  app.synth();
  syntheses.set(key, outdir);
  return outdir;
}

/** Runs a deploy command in a folder with a synthesized stage, a fake Terraform and a fake AWS account. */
export class CommandFixture {
  readonly folder = mkdtempSync(join(tmpdir(), 'nova-command-'));
  readonly account: Account;
  readonly #stop: () => void;
  readonly #environment: Record<string, string>;

  private constructor(account: Account, { url, stop }: { url: string; stop: () => void }) {
    this.account = account;
    this.#stop = stop;
    this.#environment = {
      PATH: [join(this.folder, 'bin'), resolve('node_modules/.bin'), '/usr/bin', '/bin'].join(delimiter),
      HOME: this.folder,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
      CHECKPOINT_DISABLE: '1',
      CI: '1',
      // Most of a command's time is the compilation of its modules.
      NODE_COMPILE_CACHE: compileCache,
      NOVA_TEST_RECORD: join(this.folder, 'record'),
      NOVA_TEST_PLANS: join(this.folder, 'shown'),
      NOVA_TEST_TERRAFORM: '1.11.4',
    };
  }

  /** @param repository repository whose workflows may deploy the stage */
  static async start(stage: string, repository = ''): Promise<CommandFixture> {
    const account = anAccount();
    const fixture = new CommandFixture(account, await startFakeAws(account));
    for (const name of ['bin', 'shown']) mkdirSync(join(fixture.folder, name));
    fixture.install(terraform);
    fixture.install(cdktf, 'cdktf');
    copyFileSync('cdktf.json', join(fixture.folder, 'cdktf.json'));
    fixture.synthesize(stage, repository);
    fixture.setPlans({});
    return fixture;
  }

  close(): void {
    this.#stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  synthesize(stage: string, repository = ''): void {
    cpSync(synthesis(stage, repository), join(this.folder, 'cdktf.out'), { recursive: true });
  }

  /** Installs a program in the place of Terraform, the CDKTF CLI or Docker. */
  install(program: string, name: 'terraform' | 'cdktf' | 'docker' = 'terraform'): void {
    writeFileSync(join(this.folder, 'bin', name), program);
    chmodSync(join(this.folder, 'bin', name), 0o755);
  }

  /** Lets commands run the real CDKTF CLI. */
  useRealCdktf(): void {
    rmSync(join(this.folder, 'bin', 'cdktf'));
  }

  /** Replaces the zip of a function. */
  replaceZip(name: string): void {
    const assets = join(this.folder, 'cdktf.out', 'stacks', 'nova-platform', 'assets');
    for (const path of globSync(`**/${name}.zip`, { cwd: assets }))
      writeFileSync(join(assets, path), 'another');
  }

  /** Makes the saved plan older. */
  agePlan(hours: number): void {
    const path = join(this.folder, 'cdktf.out', 'plans', 'dev', 'record.json');
    const record = JSON.parse(readFileSync(path, 'utf8'));
    const plannedAt = new Date(Date.parse(record.plannedAt) - hours * 3_600_000).toISOString();
    writeFileSync(path, JSON.stringify({ ...record, plannedAt }));
  }

  /** Sets the plans that the fake Terraform shows. */
  setPlans(platform: PlanInput, registry: PlanInput = {}, pipeline: PlanInput = {}): void {
    writeFileSync(join(this.folder, 'shown', 'nova-platform.json'), planJson(platform));
    writeFileSync(join(this.folder, 'shown', 'nova-registry.json'), planJson(registry));
    writeFileSync(join(this.folder, 'shown', 'nova-pipeline.json'), planJson(pipeline));
  }

  /** Sets the plan that the fake Terraform shows for the second deployment of the API. */
  setRedeployment(plan: PlanInput): void {
    writeFileSync(join(this.folder, 'shown', 'nova-redeployment.json'), planJson(plan));
  }

  /** Terraform's calls since the last call of this method. */
  terraformCalls(): string[] {
    const record = join(this.folder, 'record');
    const lines = existsSync(record) ? readFileSync(record, 'utf8').trim().split('\n') : [];
    rmSync(record, { force: true });
    return lines.map((line) => line.replaceAll(this.folder, '.'));
  }

  read = (path: string) => readFileSync(join(this.folder, path), 'utf8');
  list = (path: string) => readdirSync(join(this.folder, path));
  exists = (path: string) => existsSync(join(this.folder, path));

  /** Brings the stage to its state after `make plan`. The command runs once for each plan and test file. */
  async plan(platform: PlanInput = {}): Promise<void> {
    this.setPlans(platform);
    const key = JSON.stringify(platform);
    const plans = join(this.folder, 'cdktf.out', 'plans');
    const known = planned.get(key);
    if (known) return cpSync(known, plans, { recursive: true });
    const { code, err } = await this.run('plan');
    if (code !== 0) throw new Error(err);
    planned.set(key, temporaryCopy(plans));
  }

  /** Runs a command. `typed` is its whole standard input. */
  run(
    command:
      | 'bootstrap'
      | 'preflight'
      | 'plan'
      | 'deploy'
      | 'destroy'
      | 'image'
      | 'drift'
      | 'pipeline'
      | 'rollback'
      | 'rollout',
    environment: Record<string, string> = {},
    typed = '',
  ): Promise<Outcome> {
    const child = spawn(process.execPath, [resolve('deploy/commands', `${command}.ts`)], {
      cwd: this.folder,
      env: { ...this.#environment, ...environment },
    });
    const outcome = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => (outcome.out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (outcome.err += text));
    // A command that asks no question ends without reading its input.
    child.stdin.on('error', () => {}).end(typed);
    return new Promise((done, fail) => {
      child.on('error', fail).on('close', (code) => done({ ...outcome, code }));
    });
  }
}

const audio = 'aws_lambda_function.functions_audio-handler_function_33A54F00';
const named = { function_name: 'nova-dev-audio-handler' };
/** A plan that only changes something in place. */
export const moreMemory: PlanInput = {
  changes: { [audio]: { before: { ...named, memory_size: 256 }, after: { ...named, memory_size: 512 } } },
};
/** A plan that removes a route. */
export const routeRemoval: PlanInput = {
  changes: { 'aws_api_gateway_method.api_route_method_1': { before: { http_method: 'GET' } } },
};
const store = { name: 'nova-dev-event-store', hash_key: 'pk' };
/** A plan that loses data. */
export const newStore: PlanInput = {
  changes: {
    'aws_dynamodb_table.data_tables_event-store_D90A074C': {
      before: store,
      after: { ...store, hash_key: 'id' },
      replacePaths: [['hash_key']],
    },
  },
};
