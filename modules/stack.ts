import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity/index.js';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { type StackName, stateKeyOf } from '@nova/shared/naming';
import { S3Backend, type S3BackendConfig, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { awsProvider } from './provider.ts';
import type { Settings } from './settings.ts';

/** `use_lockfile`: Terraform 1.10 and later lock the state in S3 itself. */
const terraformVersion = '>= 1.10';

/** The tag that tells the stages of an account apart; every resource that takes tags has it. */
export const stageTag = 'Stage';

/** A stack with its state, its provider and the tags of all its resources. */
export class NovaStack extends TerraformStack {
  readonly accountId: string;

  constructor(scope: Construct, name: StackName, settings: Settings) {
    super(scope, name);
    // CDK Terrain, the fork that ADR 6 names, assumes Terraform 1.5 without it, which has no such lock. CDKTF does not read it.
    this.node.setContext('targetVersions', { terraform: terraformVersion });
    const { stage, region } = settings;
    new S3Backend(this, {
      // Without it, `terraform init` is given the bucket, whose name holds the account's id.
      ...(settings.stateBucket ? { bucket: settings.stateBucket } : {}),
      key: stateKeyOf(stage, name),
      region,
      encrypt: true,
      useLockfile: true,
    } as S3BackendConfig & { useLockfile: boolean });
    new AwsProvider(this, 'aws', {
      region,
      defaultTags: [{ tags: { Project: 'nova', [stageTag]: stage, Stack: name, ManagedBy: 'terraform' } }],
    });
    this.addOverride('terraform.required_version', terraformVersion);
    this.addOverride('terraform.required_providers.aws', awsProvider);
    this.accountId = new DataAwsCallerIdentity(this, 'account').accountId;
  }
}
