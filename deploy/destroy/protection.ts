import { UserError } from '@nova/shared/run-main';
import type { PlannedResource } from '../../review/plan/resources/resources.ts';

/** The reason for which AWS or Terraform refuses to destroy a deployed resource, if there is one. */
function protectionOf({ type, before }: PlannedResource): string | undefined {
  if (before.deletion_protection_enabled === true) return 'deletion protection';
  const force = type === 'aws_ecr_repository' ? before.force_delete : before.force_destroy;
  const fills = ['aws_s3_bucket', 'aws_s3vectors_vector_bucket', 'aws_ecr_repository'].includes(type);
  return fills && force !== true ? 'may not be emptied' : undefined;
}

/** @throws UserError that names the protected resources and the settings to change first */
export function expectUnprotected(resources: readonly PlannedResource[], stage: string): void {
  const named = resources
    .filter(({ deed }) => deed === 'delete')
    .flatMap((resource) => {
      const protection = protectionOf(resource);
      return protection ? [`${resource.words} (${protection})`] : [];
    });
  if (named.length === 0) return;
  throw new UserError(
    `Stage ${stage} protects its data: ${named.join(', ')}. Nothing was destroyed. First set \`deletionProtection: false\` and \`forceDestroy: true\` for ${stage} in modules/settings.ts, and apply that with \`make plan STAGE=${stage}\` and \`make deploy STAGE=${stage}\`.`,
  );
}
