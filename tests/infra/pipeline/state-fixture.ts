import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { Credentials, Stack } from '../../../local/contracts.ts';
import { identitiesOf } from '../../../local/iam/identities.ts';
import { openS3 } from '../../../local/services/s3/s3.ts';
import { loadStack } from '../../../local/stack/load.ts';
import { aRecordingLogger } from '../../../local/testing/service-fixture.ts';
import { startEndpoint } from '../../../local/wire/endpoint/endpoint.ts';
import type { SynthesizedStack } from '../../../review/synthesized-stack.ts';
import { openWorkspace, type Workspace } from '../../../review/validate/terraform.ts';
import { writeStackFolder } from '../testing/stack-folder.ts';

/** A role of the workflows, by the end of its name. */
export type WorkflowRole = 'plan' | 'deploy';

/** The bucket of Terraform's state in the local S3; the local IAM enforces the policies of the workflows' roles. */
export interface StateBucket extends AsyncDisposable {
  /** Requests that IAM has denied: `s3:GetObject on arn:aws:s3:::…`, each once. */
  denials(): readonly string[];
  /** An S3 client of a role, or of a person with all permissions. */
  clientOf(role: WorkflowRole | 'person'): S3Client;
  /** The real Terraform in a stack's folder, with the credentials of a role and the backend that the stack declares. */
  terraformOf(role: WorkflowRole, stack: SynthesizedStack): Promise<Workspace>;
}

interface StateBucketProps {
  readonly pipeline: SynthesizedStack;
  readonly prefix: string;
  readonly stateBucket: string;
}

export async function openStateBucket({
  pipeline,
  prefix,
  stateBucket,
}: StateBucketProps): Promise<StateBucket> {
  const folder = mkdtempSync(join(tmpdir(), 'nova-state-'));
  const roles = loadStack(join(writeStackFolder(pipeline, join(folder, 'pipeline')), 'cdk.tf.json'));
  const stack = withBucket(roles, stateBucket);
  const logger = aRecordingLogger();
  const identities = identitiesOf(stack, folder, logger);
  const { service } = await openS3({ stack, dataDirectory: folder, publisher: { publish() {} }, logger });
  const endpoint = await startEndpoint({ port: 0, identities, services: [service], logger });
  const credentialsOf = (role: WorkflowRole): Credentials =>
    identities.credentialsFor(`arn:aws:iam::${stack.accountId}:role/${prefix}-${role}`);
  const opened: AsyncDisposable[] = [];
  return {
    denials: () => [...new Set(logger.warnings.flatMap(deniedIn))],
    clientOf: (role) =>
      new S3Client({
        region: stack.region,
        endpoint: endpoint.url,
        credentials: role === 'person' ? identities.developer : credentialsOf(role),
        maxAttempts: 1,
      }),
    async terraformOf(role, planned) {
      const backend = {
        s3: { ...declaredBackend(planned), ...localBackend(endpoint.url, credentialsOf(role)) },
      };
      const workspace = await openWorkspace(planned, writeStackFolder(planned, join(folder, role)), {
        backend,
      });
      opened.push(workspace);
      return workspace;
    },
    async [Symbol.asyncDispose]() {
      for (const workspace of opened) await workspace[Symbol.asyncDispose]();
      await endpoint.close();
      await service.close?.();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const withBucket = (stack: Stack, bucket: string): Stack => ({
  region: stack.region,
  accountId: stack.accountId,
  of: (type) =>
    type === 'aws_s3_bucket' ? [{ type, address: `${type}.state`, values: { bucket } }] : stack.of(type),
});

const declaredBackend = ({ file }: SynthesizedStack) =>
  (file.terraform as { readonly backend: { readonly s3: object } }).backend.s3;

/** The address of the local S3, and credentials instead of the environment's. There is no STS to check them. */
const localBackend = (url: string, { accessKeyId, secretAccessKey }: Credentials) => ({
  endpoints: { s3: url },
  use_path_style: true,
  access_key: accessKeyId,
  secret_key: secretAccessKey,
  skip_credentials_validation: true,
  skip_requesting_account_id: true,
  skip_metadata_api_check: true,
});

function deniedIn(warning: string): string[] {
  const [, action, resource] = /not authorized to perform: (\S+) on resource: (\S+)/.exec(warning) ?? [];
  return action ? [`${action} on ${resource}`] : [];
}
