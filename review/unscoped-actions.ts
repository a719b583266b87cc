import { takesNoResource } from '@nova/shared/iam-table';

/**
 * Actions for which AWS's table names a resource type that does not cover the platform's use. Source: Bedrock guide, "Set up
 * permissions to use Guardrails": a guardrail has no ARN before it is created.
 */
const unscopedInUse: ReadonlySet<string> = new Set(['bedrock:CreateGuardrail']);

/** Whether an action cannot be limited to a resource, so that its statement needs `*`. */
export const isUnscoped = (action: string): boolean => takesNoResource(action) || unscopedInUse.has(action);
