import { UserError } from '@nova/shared/run-main';
import * as z from 'zod';

/**
 * The parts of the output of `terraform show -json <planfile>` that a review reads.
 * Source: Terraform, "JSON output format", version 1.2; members that 1.x adds are accepted.
 */

const Action = z.enum(['no-op', 'create', 'read', 'update', 'delete', 'forget']);

const Change = z.looseObject({
  actions: z.array(Action).min(1),
  // Terraform leaves out a value that is completely unknown.
  before: z.unknown().optional(),
  after: z.unknown().optional(),
  after_unknown: z.unknown().optional(),
  before_sensitive: z.unknown().optional(),
  after_sensitive: z.unknown().optional(),
  /** Attributes that cannot be changed in place. */
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).default([]),
});

const ResourceChange = z.looseObject({
  address: z.string(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  /** Where the resource was before a `moved` block. */
  previous_address: z.string().optional(),
  change: Change,
  action_reason: z.string().optional(),
});

/** In JSON configuration an expression is its text, including templates: `"${aws_s3_bucket.x.arn}/*"`. */
const Expression = z.looseObject({ constant_value: z.unknown() });

const ConfiguredResource = z.looseObject({
  address: z.string(),
  expressions: z.record(z.string(), z.union([Expression, z.unknown()])).default({}),
});

/** A value that was read from the account, such as its id. */
const DataSource = z.looseObject({
  address: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
});

const TerraformPlan = z.looseObject({
  format_version: z.string().regex(/^1\./, 'is not a supported format: 1.x'),
  terraform_version: z.string().optional(),
  /** Distinguishes a plan from a state, which has the same form. */
  planned_values: z.looseObject({}),
  errored: z.boolean().default(false),
  resource_changes: z.array(ResourceChange).default([]),
  resource_drift: z.array(ResourceChange).default([]),
  output_changes: z.record(z.string(), Change).default({}),
  prior_state: z
    .looseObject({
      values: z
        .looseObject({
          root_module: z.looseObject({ resources: z.array(DataSource).default([]) }).optional(),
        })
        .optional(),
    })
    .optional(),
  configuration: z
    .looseObject({
      root_module: z.looseObject({ resources: z.array(ConfiguredResource).default([]) }).optional(),
    })
    .default({}),
});

export type TerraformPlan = z.infer<typeof TerraformPlan>;
export type ResourceChange = z.infer<typeof ResourceChange>;
export type Change = z.infer<typeof Change>;

/**
 * Reads a plan.
 * @param text the output of `terraform show -json <planfile>`
 * @throws UserError that names the fault
 */
export function parsePlan(text: string): TerraformPlan {
  const parsed = TerraformPlan.safeParse(json(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(
      `This is not a plan as \`terraform show -json <planfile>\` writes it: ${issue?.path.join('.') || 'the content'}: ${issue?.message}.`,
    );
  }
  if (parsed.data.errored) {
    throw new UserError('Terraform could not finish this plan; it shows only a part of the changes.');
  }
  return parsed.data;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UserError('This is not a plan: it is not JSON. `terraform show -json <planfile>` writes one.');
  }
}
