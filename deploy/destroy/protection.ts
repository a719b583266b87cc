import { UserError } from '@nova/shared/run-main';
import type { PlannedResource } from '../../review/plan/resources/resources.ts';

/** Why AWS or Terraform would refuse to destroy a resource, as it is deployed. */
function protectionOf({ type, before }: PlannedResource): string | undefined {
  if (before.deletion_protection_enabled === true) return 'deletion protection';
  const force = type === 'aws_ecr_repository' ? before.force_delete : before.force_destroy;
  const fills = ['aws_s3_bucket', 'aws_s3vectors_vector_bucket', 'aws_ecr_repository'].includes(type);
  return fills && force !== true ? 'must not be emptied' : undefined;
}

/** @throws UserError naming what is protected, and what must be changed first */
export function expectUnprotected(resources: readonly PlannedResource[], stage: string): void {
  const named = resources
    .filter(({ deed }) => deed === 'delete')
    .flatMap((resource) => {
      const protection = protectionOf(resource);
      return protection ? [`${resource.words} (${protection})`] : [];
    });
  if (named.length === 0) return;
  throw new UserError(
    `Stage ${stage} protects its data: ${named.join(', ')}. Nothing was destroyed. First give ${stage} \`deletionProtection: false\` and \`forceDestroy: true\` in modules/settings.ts, and apply that with \`make plan STAGE=${stage}\` and \`make deploy STAGE=${stage}\`.`,
  );
}
