import { expect, it } from 'vitest';
import { aStack } from '../../testing/service-fixture.ts';
import { permitsOf } from './permissions.ts';

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
const rule = 'arn:aws:events:us-east-1:000000000000:rule/tick';
const service = 'events.amazonaws.com';

it.each([
  [{ function_name: 'echo' }, arn, true],
  [{ function_name: 'echo' }, `${arn}:live`, false],
  [{ function_name: 'echo', qualifier: 'live' }, `${arn}:live`, true],
  [{ function_name: 'echo', qualifier: 'live' }, arn, false],
  [{ function_name: arn, source_arn: rule }, arn, true],
  [{ function_name: arn, source_arn: `${rule}s` }, arn, false],
  [{ function_name: 'other' }, arn, false],
])('a permission of %j lets a rule invoke %s: %s', (permission, asked, permitted) => {
  const stack = aStack({ aws_lambda_permission: [{ principal: service, ...permission }] });

  expect(permitsOf(stack)(asked, service, rule)).toBe(permitted);
});
