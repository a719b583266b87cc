import { statementsIn } from '../access/policy-document.ts';
import type { ArnWords } from '../resources/arns.ts';
import { jsonIn } from '../terraform/values.ts';

/** A value as people compare it: a policy by its statements, other JSON by its members. */
export function readable(value: unknown, arnWords: ArnWords): unknown {
  const statements = statementsIn(value);
  if (!statements) return jsonIn(value) ?? value;
  return Object.fromEntries(
    statements.map(({ sid, allows, principals, actions, resources, conditions }) => [
      sid,
      {
        effect: allows ? 'Allow' : 'Deny',
        principals,
        actions,
        resources: resources.map(arnWords).sort(),
        conditions: conditions.map(([operator, key, values]) =>
          [operator, key, values.map(arnWords).sort().join(' or ')].join(' '),
        ),
      },
    ]),
  );
}
