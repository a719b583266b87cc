type Arguments = Readonly<Record<string, unknown>>;

/** One resource of the file, with unresolved references. */
export interface Resource {
  readonly type: string;
  /** `aws_sqs_queue.some-id` */
  readonly address: string;
  /** Path of the construct: `nova-platform/rules/uploads/rule`; empty when synthesis left it out. */
  readonly path: string;
  readonly values: Arguments;
}

export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

interface StackFile {
  readonly resource: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  readonly variable?: Readonly<Record<string, Arguments>>;
  readonly output?: Readonly<Record<string, Arguments>>;
  readonly terraform: Arguments;
  readonly provider: Arguments;
}

/** A `cdk.tf.json`, with queries for checks and tests. */
export class SynthesizedStack {
  readonly file: StackFile;

  constructor(file: StackFile) {
    this.file = file;
  }

  all(): Resource[] {
    return Object.keys(this.file.resource).flatMap((type) => this.of(type));
  }

  of(type: string): Resource[] {
    return Object.entries(this.file.resource[type] ?? {}).map(([id, values]) => ({
      type,
      address: `${type}.${id}`,
      path: (values['//'] as { metadata: { path: string } } | undefined)?.metadata.path ?? '',
      values,
    }));
  }

  /** The only resource of a type. */
  the(type: string): Resource {
    return this.one(type, {});
  }

  /** The one resource of a type whose arguments include these. */
  one(type: string, wanted: Arguments): Resource {
    const found = this.of(type).filter(({ values }) =>
      Object.entries(wanted).every(([name, value]) => values[name] === value),
    );
    const [resource] = found;
    if (!resource || found.length > 1) {
      throw new Error(`${found.length} ${type} with ${JSON.stringify(wanted)}, not 1`);
    }
    return resource;
  }

  /** The resource that an argument such as `${aws_iam_role.x.arn}` refers to. */
  referred(expression: unknown): Resource {
    const address = referencesIn(String(expression))[0];
    const resource = this.all().find((candidate) => candidate.address === address);
    if (!resource) throw new Error(`${String(expression)} refers to nothing`);
    return resource;
  }

  /** The function behind the alias that an argument refers to. */
  invoked(expression: unknown): Resource {
    const alias = this.referred(expression);
    if (alias.type !== 'aws_lambda_alias')
      throw new Error(`${String(expression)} is no alias: a rollout would not reach it`);
    return this.referred(alias.values.function_name);
  }

  /** A text with each variable replaced by its default, if it has one. */
  withDefaults(text: string): string {
    return text.replaceAll(/\$\{var\.(\w+)\}/g, (whole, name: string) =>
      String(this.file.variable?.[name]?.default ?? whole),
    );
  }
}

/** Addresses that the expressions of a text refer to: `aws_x.id`, `data.aws_x.id`, `var.name`. */
export function referencesIn(text: string): string[] {
  const expressions = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, expression]) => expression ?? '');
  return expressions.flatMap((expression) =>
    [...expression.matchAll(/(?:data\.)?aws_\w+\.[\w-]+|var\.\w+/g)].map(([address]) => address),
  );
}

/** The statements of a policy argument. */
export const statementsOf = (policy: unknown): PolicyStatement[] =>
  (JSON.parse(String(policy)) as { Statement: PolicyStatement[] }).Statement;
