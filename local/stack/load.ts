import { type AwsLocation, type Stack, StackError, type StackResource } from '../contracts.ts';
import { anyResource, computed } from './attributes.ts';
import { readData } from './data.ts';
import { evaluate, type Scope } from './evaluate.ts';
import { type Arguments, readTerraformFile, type TerraformFile } from './file.ts';
import { parseTemplate } from './parse.ts';
import { ExpressionError } from './syntax.ts';

/** The account everything local is in. */
export const localAccountId = '000000000000';

/** Arguments for Terraform, not for AWS. `count` and `for_each` are refused. */
const metaArguments = new Set(['//', 'depends_on', 'lifecycle', 'provider', 'provisioner', 'connection']);

export interface LoadedStack extends Stack {
  /** Resource types and how many of each there are. */
  readonly types: ReadonlyMap<string, number>;
  /**
   * The value of an output of the stack.
   * @returns undefined when it has no such output
   */
  output(name: string): unknown;
}

/**
 * Loads a synthesized stack. An argument is resolved on first read, so resources that do not run here need no values.
 * @param environment `TF_VAR_*` give variables their values
 * @throws StackError, here or when an argument is read, naming resource and argument
 */
export function loadStack(
  path: string,
  environment: Readonly<Record<string, string | undefined>> = {},
): LoadedStack {
  return new Resolver(readTerraformFile(path), environment);
}

class Resolver implements LoadedStack, Scope {
  readonly accountId = localAccountId;
  readonly types: ReadonlyMap<string, number>;
  readonly #file: TerraformFile;
  readonly #environment: Readonly<Record<string, string | undefined>>;
  readonly #resources = new Map<string, StackResource>();
  /** The values that are being resolved, outermost first: a name that occurs twice is a cycle. */
  readonly #resolving: string[] = [];
  #region: string | undefined;

  constructor(file: TerraformFile, environment: Readonly<Record<string, string | undefined>>) {
    this.#file = file;
    this.#environment = environment;
    this.types = new Map(
      Object.entries(file.resource ?? {}).map(([type, named]) => [type, Object.keys(named).length]),
    );
  }

  get region(): string {
    this.#region ??= String(this.#value('provider.aws.region', this.#file.provider?.aws?.[0]?.region));
    return this.#region;
  }

  of(type: string): readonly StackResource[] {
    return Object.keys(this.#file.resource?.[type] ?? {}).map((name) => this.#resource(type, name));
  }

  output(name: string): unknown {
    return this.#value(`output.${name}`, this.#file.output?.[name]?.value);
  }

  resolve([first = '', second = '', third = '']: readonly string[]) {
    if (first === 'var') return { value: this.#variable(second), names: 2 };
    if (first === 'local') return { value: this.#local(second), names: 2 };
    if (first === 'data') return { value: this.#data(second, third), names: 3 };
    if (this.#file.resource?.[first]?.[second]) {
      return { value: this.#resource(first, second).values, names: 2 };
    }
    throw new ExpressionError(`the stack has no ${first}${second && `.${second}`}`);
  }

  #resource(type: string, name: string): StackResource {
    const address = `${type}.${name}`;
    const known = this.#resources.get(address);
    if (known) return known;
    const args = this.#file.resource?.[type]?.[name] ?? {};
    for (const repeat of ['count', 'for_each']) {
      if (repeat in args)
        throw new StackError(`${address} uses ${repeat}, which the local platform does not run.`);
    }
    const location: AwsLocation = { accountId: this.accountId, region: this.region };
    const values: Record<string, unknown> = {};
    const argument = (key: string, otherwise?: string) => {
      const value = values[key] ?? otherwise;
      if (typeof value !== 'string') throw new StackError(`${address}: the argument ${key} must be text.`);
      return value;
    };
    for (const [key, attribute] of Object.entries(computed[type] ?? anyResource)) {
      lazily(values, key, () => attribute(argument, location, address));
    }
    for (const [key, raw] of Object.entries(args)) {
      if (!metaArguments.has(key)) lazily(values, key, () => this.#value(`${address}.${key}`, raw));
    }
    const resource = { type, address, values };
    this.#resources.set(address, resource);
    return resource;
  }

  #variable(name: string): unknown {
    const variable = this.#file.variable?.[name];
    if (!variable) throw new ExpressionError(`the stack has no variable ${name}`);
    const given = this.#environment[`TF_VAR_${name}`];
    if (given !== undefined) return given;
    if ('default' in variable) return variable.default;
    throw new ExpressionError(`the variable ${name} has no value: set TF_VAR_${name}`);
  }

  #local(name: string): unknown {
    const locals = this.#file.locals ?? {};
    if (!(name in locals)) throw new ExpressionError(`the stack has no local ${name}`);
    return this.#value(`local.${name}`, locals[name]);
  }

  #data(type: string, name: string): unknown {
    const args: Arguments | undefined = this.#file.data?.[type]?.[name];
    if (!args) throw new ExpressionError(`the stack has no data.${type}.${name}`);
    const plain = Object.entries(args).filter(([key]) => !metaArguments.has(key));
    const values = this.#value(`data.${type}.${name}`, Object.fromEntries(plain));
    return readData(type, values as Arguments, { accountId: this.accountId, region: this.region });
  }

  /** Resolves every string inside an argument. */
  #value(where: string, raw: unknown): unknown {
    if (this.#resolving.includes(where)) {
      throw new StackError(`The stack has a circular reference: ${[...this.#resolving, where].join(' → ')}.`);
    }
    this.#resolving.push(where);
    try {
      return this.#deep(raw);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new StackError(`${where}: ${error.message}.`, { cause: error });
    } finally {
      this.#resolving.pop();
    }
  }

  #deep(raw: unknown): unknown {
    if (typeof raw === 'string') {
      return raw.includes('${') || raw.includes('%{') ? evaluate(parseTemplate(raw), this) : raw;
    }
    if (Array.isArray(raw)) return raw.map((item) => this.#deep(item));
    if (raw === null || typeof raw !== 'object') return raw;
    return Object.fromEntries(Object.entries(raw).map(([key, inner]) => [key, this.#deep(inner)]));
  }
}

/** Defines a property that is computed on first read. */
function lazily(target: Record<string, unknown>, key: string, work: () => unknown): void {
  Object.defineProperty(target, key, {
    enumerable: true,
    configurable: true,
    get() {
      const value = work();
      Object.defineProperty(target, key, { value, enumerable: true });
      return value;
    },
  });
}
