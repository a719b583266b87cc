import { type Stack, StackError, type StackResource } from '../../contracts.ts';
import { blockOf, numberOf, optionalText, textOf } from '../../stack/read.ts';
import { inputOf, type TargetInput } from './input.ts';
import { compilePattern, type Pattern } from './pattern/pattern.ts';

/** The event buses of a stack, with what listens on them. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: readonly Rule[];
  readonly archives: readonly Archive[];
}

export interface Rule {
  readonly name: string;
  readonly arn: string;
  readonly matches: Pattern;
  readonly targets: readonly Target[];
}

export interface Target {
  readonly id: string;
  readonly arn: string;
  readonly input: TargetInput;
  readonly deadLetterArn: string | undefined;
}

export interface Archive {
  readonly name: string;
  readonly arn: string;
  readonly busArn: string;
  readonly pattern: string | undefined;
  readonly matches: Pattern;
  /** 0 keeps events for ever. */
  readonly retentionDays: number;
}

/** Every account has it; AWS services publish there. */
export const defaultBus = 'default';

/** @throws StackError naming the resource that is wrong */
export function busesOf(stack: Stack): readonly Bus[] {
  const prefix = `arn:aws:events:${stack.region}:${stack.accountId}`;
  const names = [defaultBus, ...stack.of('aws_cloudwatch_event_bus').map((bus) => textOf(bus, 'name'))];
  const rules = rulesOf(stack, prefix);
  const archives = archivesOf(stack, prefix);
  const buses = names.map((name) => {
    const arn = `${prefix}:event-bus/${name}`;
    return {
      name,
      arn,
      rules: rules.filter(({ bus }) => bus === name).map(({ rule }) => rule),
      archives: archives.filter(({ busArn }) => busArn === arn),
    };
  });
  for (const { bus, address } of rules) {
    if (!names.includes(bus)) throw new StackError(`${address}: the stack declares no event bus ${bus}.`);
  }
  return buses;
}

interface PlacedRule {
  readonly bus: string;
  readonly address: string;
  readonly rule: Rule;
}

function rulesOf(stack: Stack, prefix: string): PlacedRule[] {
  const targets = stack.of('aws_cloudwatch_event_target');
  const seen = new Map<string, string>();
  const rules = stack.of('aws_cloudwatch_event_rule').flatMap((resource): PlacedRule[] => {
    const name = textOf(resource, 'name');
    const bus = busOf(resource);
    const key = `${bus}/${name}`;
    const other = seen.get(key);
    if (other)
      throw new StackError(`${resource.address}: ${other} has the same name on the same bus, ${key}.`);
    seen.set(key, resource.address);
    const matches = ruleMatch(resource);
    const own = targets.filter((target) => busOf(target) === bus && textOf(target, 'rule') === name);
    const arn = `${prefix}:rule/${bus === defaultBus ? name : key}`;
    return [{ bus, address: resource.address, rule: { name, arn, matches, targets: own.map(targetOf) } }];
  });
  const stray = targets.find((target) => !seen.has(`${busOf(target)}/${textOf(target, 'rule')}`));
  if (stray)
    throw new StackError(
      `${stray.address}: there is no rule ${textOf(stray, 'rule')} on bus ${busOf(stray)}.`,
    );
  return rules;
}

const busOf = (resource: StackResource): string => {
  const nameOrArn = optionalText(resource, 'event_bus_name') ?? defaultBus;
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
};

function ruleMatch(rule: StackResource): Pattern {
  const pattern = optionalText(rule, 'event_pattern');
  if (pattern === undefined) {
    throw new StackError(
      `${rule.address}: the local EventBridge runs rules with an event_pattern, not schedules.`,
    );
  }
  const matches = compiled(rule, pattern);
  const off = rule.values.state === 'DISABLED' || rule.values.is_enabled === false;
  return off ? () => false : matches;
}

function compiled({ address }: StackResource, pattern: string): Pattern {
  try {
    return compilePattern(pattern);
  } catch (error) {
    throw new StackError(`${address}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function targetOf(resource: StackResource): Target {
  const arn = textOf(resource, 'arn');
  const deadLetterArn = blockOf(resource, 'dead_letter_config')?.arn;
  return {
    id: optionalText(resource, 'target_id') ?? resource.address,
    arn,
    input: inputOf(resource),
    deadLetterArn: typeof deadLetterArn === 'string' ? deadLetterArn : undefined,
  };
}

function archivesOf(stack: Stack, prefix: string): Archive[] {
  return stack.of('aws_cloudwatch_event_archive').map((resource) => {
    const name = textOf(resource, 'name');
    const pattern = optionalText(resource, 'event_pattern');
    return {
      name,
      arn: `${prefix}:archive/${name}`,
      busArn: textOf(resource, 'event_source_arn'),
      pattern,
      matches: pattern === undefined ? () => true : compiled(resource, pattern),
      retentionDays: numberOf(resource, 'retention_days', 0),
    };
  });
}
