// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StackError } from '../contracts.ts';
import { unknownTypes } from './coverage.ts';
import { loadStack } from './load.ts';
import { blocksOf, numberOf, textOf, textsOf } from './read.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'nova-stack-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

function load(resource: object, rest: object = {}, environment: Record<string, string> = {}) {
  const path = join(directory, 'cdk.tf.json');
  writeFileSync(path, JSON.stringify({ provider: { aws: [{ region: 'eu-west-1' }] }, resource, ...rest }));
  return loadStack(path, environment);
}

describe('a synthesized stack', () => {
  it('resolves references, data sources, locals and variables to the values that AWS would compute', () => {
    const stack = load(
      {
        aws_lambda_function: {
          f: {
            '//': { metadata: {} },
            depends_on: ['aws_iam_role.r'],
            function_name: '${local.prefix}-f',
            role: '${aws_iam_role.r.arn}',
            environment: {
              variables: {
                TABLE: '${aws_dynamodb_table.t.name}',
                ME: '${data.aws_caller_identity.me.account_id}',
              },
            },
          },
        },
        aws_iam_role: { r: { name: '${var.stage}-role' } },
        aws_dynamodb_table: { t: { name: 'events', stream_enabled: true } },
      },
      {
        data: { aws_caller_identity: { me: {} } },
        locals: { prefix: 'nova-${var.stage}' },
        variable: { stage: { default: 'dev' } },
      },
      { TF_VAR_stage: 'x' },
    );

    const [f] = stack.of('aws_lambda_function');

    expect(f?.address).toBe('aws_lambda_function.f');
    expect(f?.values).toMatchObject({
      function_name: 'nova-x-f',
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:nova-x-f',
      role: 'arn:aws:iam::000000000000:role/x-role',
      environment: { variables: { TABLE: 'events', ME: '000000000000' } },
    });
    expect(f?.values).not.toHaveProperty('depends_on');
  });

  it('has the same ids on every load, different between resources', () => {
    const apis = { a: { name: 'a' }, b: { name: 'b' } };

    const [first, again] = [0, 1].map(() =>
      load({ aws_api_gateway_rest_api: apis })
        .of('aws_api_gateway_rest_api')
        .map(({ values }) => values.id),
    );

    expect(first).toEqual(again);
    expect(new Set(first).size).toBe(2);
  });

  it('needs no value for an argument that is not read', () => {
    const stack = load(
      { aws_lambda_function: { f: { function_name: 'f', image_uri: 'repo@${var.digest}' } } },
      { variable: { digest: { type: 'string' } } },
    );
    const [f] = stack.of('aws_lambda_function');

    expect(f?.values.arn).toContain(':function:f');
    expect(() => f?.values.image_uri).toThrow(/aws_lambda_function\.f\.image_uri: .*TF_VAR_digest/);
  });

  it('names the resource and the argument that it cannot resolve', () => {
    const stack = load({ aws_sqs_queue: { q: { name: 'q', policy: ['${aws_sns_topic.none.arn}'] } } });

    expect(() => stack.of('aws_sqs_queue')[0]?.values.policy).toThrow(
      'aws_sqs_queue.q.policy: the stack has no aws_sns_topic.none.',
    );
  });

  it('detects a circular reference', () => {
    const stack = load({
      aws_sqs_queue: { a: { name: '${aws_sqs_queue.b.name}' }, b: { name: '${aws_sqs_queue.a.name}' } },
    });

    expect(() => stack.of('aws_sqs_queue')[0]?.values.name).toThrow(
      /circular reference: .*a\.name → .*b\.name → .*a\.name/,
    );
  });

  it('resolves any chain of references, in any order of the file', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z]{1,6}$/), { minLength: 1, maxLength: 12 }),
        (names) => {
          const queues = names.map((name, index): [string, object] => [
            name,
            { name: index === 0 ? 'end' : `\${aws_sqs_queue.${names[index - 1]}.name}` },
          ]);
          const stack = load({ aws_sqs_queue: Object.fromEntries(queues.toSorted()) });

          expect(stack.of('aws_sqs_queue').every(({ values }) => values.name === 'end')).toBe(true);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('names the remedy when it is missing, broken or uses count', () => {
    const broken = join(directory, 'broken.json');
    writeFileSync(broken, '{');

    expect(() => loadStack(join(directory, 'none.json'))).toThrow(/make synth/);
    expect(() => loadStack(broken)).toThrow(/make synth/);
    expect(() => load({ aws_sqs_queue: { q: { count: 2 } } }).of('aws_sqs_queue')).toThrow(/uses count/);
  });

  it('names unknown resource types, with their counts', () => {
    const stack = load({
      aws_kinesis_stream: { a: {}, b: {} },
      aws_sqs_queue: { q: { name: 'q' } },
      aws_cloudwatch_log_group: { g: { name: 'g' } },
    });

    expect([...unknownTypes(stack)]).toEqual([['aws_kinesis_stream', 2]]);
  });
});

describe('an argument', () => {
  const resource = () => {
    const [queue] = load({
      aws_sqs_queue: {
        q: { name: 'q', delay: '5', bad: {}, one: { a: 1 }, many: [{ a: 1 }, { a: 2 }], list: ['x'] },
      },
    }).of('aws_sqs_queue');
    if (!queue) throw new Error('no queue');
    return queue;
  };

  it('is read by kind, with AWS’s default when it is absent', () => {
    const queue = resource();

    expect(textOf(queue, 'name')).toBe('q');
    expect(numberOf(queue, 'delay', 0)).toBe(5);
    expect(numberOf(queue, 'absent', 7)).toBe(7);
    expect(blocksOf(queue, 'one')).toEqual([{ a: 1 }]);
    expect(blocksOf(queue, 'many')).toHaveLength(2);
    expect(blocksOf(queue, 'absent')).toEqual([]);
    expect(textsOf(queue, 'list')).toEqual(['x']);
  });

  it('of the wrong kind is refused with its name', () => {
    const queue = resource();

    expect(() => textOf(queue, 'bad')).toThrow(
      new StackError('aws_sqs_queue.q: the argument bad must be text.'),
    );
    expect(() => numberOf(queue, 'bad', 0)).toThrow(/bad must be a number/);
    expect(() => textsOf(queue, 'name')).toThrow(/name must be a list of texts/);
  });
});
