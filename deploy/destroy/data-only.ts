import { bearsData, guardsData } from '../../review/plan/risks/data-loss.ts';
import type { StackFile } from '../terraform/stacks.ts';

type Blocks = StackFile['resource'];
type DataStack = Pick<StackFile, 'terraform' | 'provider' | 'resource'> & Partial<StackFile>;

/**
 * A stack reduced to its data: the resources that hold data, what they refer to, and what guards them, such as a bucket's
 * policy. Applying it destroys everything else, and the state keeps the resources that stay.
 */
export function dataOnly({ terraform, provider, resource, data, variable }: StackFile): DataStack {
  const references = new Map(
    Object.entries({ ...flat(resource), ...flat(data, 'data.') }).map(([address, values]) => [
      address,
      referencesIn(values),
    ]),
  );
  const kept = withReferences(
    [...references.keys()].filter((address) => bearsData(typeOf(address))),
    references,
  );
  for (const address of guardsOf(kept, references)) kept.add(address);
  const needed = new Set([...kept].flatMap((address) => references.get(address) ?? []));
  const blocks = {
    data: keptOf(data, (address) => needed.has(`data.${address}`)),
    variable: Object.fromEntries(Object.entries(variable).filter(([name]) => needed.has(`var.${name}`))),
  };
  // Terraform refuses an empty block.
  const some = Object.entries(blocks).filter(([, block]) => Object.keys(block).length > 0);
  return {
    terraform,
    provider,
    resource: keptOf(resource, (address) => kept.has(address)),
    ...Object.fromEntries(some),
  };
}

const typeOf = (address: string) => address.split('.')[0] ?? '';

const flat = (blocks: Blocks, prefix = ''): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(blocks).flatMap(([type, named]) =>
      Object.entries(named).map(([name, values]) => [`${prefix}${type}.${name}`, values]),
    ),
  );

/** Addresses in expressions and in `depends_on`. */
function referencesIn(values: unknown): string[] {
  const text = JSON.stringify(values);
  const expressions = [...text.matchAll(/\$\{([^}]*)\}/g)].map(([, expression = '']) => expression).join(' ');
  const { depends_on = [] } = values as { depends_on?: string[] };
  const found = expressions.matchAll(/\b(?:var\.\w+|(?:data\.)?aws_\w+\.[\w-]+)/g);
  return [...new Set([...[...found].map(([address]) => address), ...depends_on])];
}

function withReferences(
  addresses: readonly string[],
  references: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const seen = new Set<string>();
  const waiting = [...addresses];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(references.get(next) ?? []));
  }
  return seen;
}

/** Guards of kept resources that refer to nothing that goes. */
function guardsOf(
  kept: ReadonlySet<string>,
  references: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  const guards = new Set([...references.keys()].filter((address) => guardsData(typeOf(address))));
  const stays = (address: string) =>
    kept.has(address) || guards.has(address) || /^(?:data|var)\./.test(address);
  // A guard may depend on another: the policy of a bucket depends on its public access block.
  for (let before = -1; before !== guards.size; ) {
    before = guards.size;
    for (const guard of guards) if (!(references.get(guard) ?? []).every(stays)) guards.delete(guard);
  }
  return guards;
}

const keptOf = (blocks: Blocks, keeps: (address: string) => boolean): Blocks =>
  Object.fromEntries(
    Object.entries(blocks)
      .map(([type, named]) => [
        type,
        Object.fromEntries(Object.entries(named).filter(([name]) => keeps(`${type}.${name}`))),
      ])
      .filter(([, named]) => Object.keys(named as object).length > 0),
  );
