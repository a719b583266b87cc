import { expect, it } from 'vitest';
import { parsePlan } from '../../review/plan/terraform/terraform-plan.ts';
import { type ChangeInput, planJson } from '../../review/plan/testing/plan-builder.ts';
import { removesFromApi } from './redeployment.ts';

const removes = (address: string, change: ChangeInput) =>
  removesFromApi(parsePlan(planJson({ changes: { [address]: change } })));
const there = { before: { http_method: 'GET' } };

it.each([
  ['a method that is destroyed', 'aws_api_gateway_method.a', there],
  ['a path that is destroyed', 'aws_api_gateway_resource.a', there],
  [
    'a method that is replaced, the new one first',
    'aws_api_gateway_method.a',
    { ...there, after: { http_method: 'PUT' }, actions: ['create', 'delete'] },
  ],
])('%s is still in the deployment of the same plan', (_, address, change) => {
  expect(removes(address, change)).toBe(true);
});

it.each([
  ['a new method', 'aws_api_gateway_method.a', { after: { http_method: 'GET' } }],
  ['a changed method', 'aws_api_gateway_method.a', { ...there, after: { http_method: 'PUT' } }],
  [
    'a replaced deployment',
    'aws_api_gateway_deployment.a',
    { ...there, after: {}, actions: ['create', 'delete'] },
  ],
  ['a destroyed function', 'aws_lambda_function.a', there],
])('%s needs no second deployment', (_, address, change) => {
  expect(removes(address, change)).toBe(false);
});
