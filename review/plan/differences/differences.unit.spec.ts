import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChangeInput, rendered, reviewed } from '../testing/plan-builder.ts';
import { differencesOf } from './differences.ts';

const address = 'aws_lambda_function.functions_audio-handler_function_33A54F00';

function changed(input: ChangeInput) {
  const { resources, arnWords } = reviewed({ changes: { [address]: { actions: ['update'], ...input } } });
  return resources.flatMap((resource) =>
    differencesOf(resource, arnWords).map(({ path, words }) => `${path}: ${words}`),
  );
}

describe('differences of a resource', () => {
  it('are listed by attribute, at any depth', () => {
    const lines = changed({
      before: { memory_size: 256, timeout: 60, environment: [{ variables: { PACE: '1', GONE: 'x' } }] },
      after: { memory_size: 512, timeout: 60, environment: [{ variables: { PACE: '2' } }] },
    });

    expect(lines).toEqual([
      'memory_size: `256` → `512`',
      'environment › 0 › variables › PACE: `1` → `2`',
      'environment › 0 › variables › GONE: `x` → nothing',
    ]);
  });

  it('are listed by the items of a list', () => {
    expect(changed({ before: { layers: ['a', 'b'] }, after: { layers: ['b', 'c'] } })).toEqual([
      'layers: − `a`, + `c`',
    ]);
    expect(changed({ before: { layers: ['a', 'b'] }, after: { layers: ['b', 'a'] } })).toEqual([
      'layers: the same in another order',
    ]);
  });

  it('do not include absent against empty', () => {
    expect(changed({ before: { layers: null, note: '' }, after: { layers: [], tags: {} } })).toEqual([]);
  });

  it('leave values open that are known only after apply', () => {
    expect(changed({ before: { version: '3' }, after: {}, unknown: { version: true } })).toEqual([
      'version: `3` → (known after apply)',
    ]);
  });

  it('shorten long texts around the place where they differ', () => {
    const text = (end: string) => `${'a'.repeat(500)}${end}${'z'.repeat(500)}`;
    const [line = ''] = changed({ before: { note: text('1') }, after: { note: text('2') } });

    expect(line).toContain('aaa1zzz');
    expect(line).toContain('aaa2zzz');
    expect(line).toContain('(1001 characters)');
    expect(line.length).toBeLessThan(400);
  });

  it('are found inside JSON', () => {
    const before = { event_pattern: '{"source":["nova"],"detail-type":["Uploaded"]}' };
    const after = { event_pattern: '{"detail-type":["Uploaded","Erased"],"source":["nova"]}' };

    expect(changed({ before, after })).toEqual(['event_pattern › detail-type: + `Erased`']);
  });

  it('compare policies by statement, in any order', () => {
    const statement = (sid: string, ...actions: string[]) => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: '*',
    });
    const policy = (...statements: object[]) =>
      JSON.stringify({ Version: '2012-10-17', Statement: statements });
    const lines = changed({
      before: {
        policy: policy(statement('Read', 's3:GetObject'), statement('Trace', 'xray:PutTraceSegments')),
      },
      after: {
        policy: policy(
          statement('Trace', 'xray:PutTraceSegments'),
          statement('Read', 's3:PutObject', 's3:GetObject'),
        ),
      },
    });

    expect(lines).toEqual(['policy › Read › actions: + `s3:PutObject`']);
  });

  it('cannot inject markup into the page', () => {
    const [line] = changed({ before: { note: 'a' }, after: { note: '`\n# Safe\u001B[2J' } });

    expect(line).toBe('note: `a` → `` `↵# Safe\\u001b[2J ``');
  });
});

describe('sensitive values', () => {
  const secret = fc.stringMatching(/^s3cret[a-z0-9]{12}$/);

  it('never show, wherever and on whichever side they are marked', () => {
    const shape = fc.constantFrom<(value: unknown) => unknown>(
      (value) => value,
      (value) => ({ inner: value }),
      (value) => ['first', value],
      (value) => [{ inner: { innermost: value } }],
    );
    const marked = fc.record({ before: fc.boolean(), after: fc.boolean(), whole: fc.boolean() });
    fc.assert(
      fc.property(secret, secret, shape, marked, (old, next, wrap, { before, after, whole }) => {
        fc.pre(before || after);
        const marker = whole ? true : wrap(true);
        const input: ChangeInput = {
          before: { value: wrap(old), size: 1 },
          after: { value: wrap(next), size: 2 },
          ...(before ? { wasSecret: { value: marker } } : {}),
          ...(after ? { secret: { value: marker } } : {}),
        };
        const page = rendered({
          changes: { [address]: input },
          drift: { [address]: input },
          configured: { [address]: { value: '', size: 1 } },
          outputs: { key: { before: old, after: next, wasSecret: before, secret: after } },
        });

        expect(page).not.toContain(old);
        expect(page).not.toContain(next);
        expect(page).toContain('size');
        if (old !== next) expect(page).toContain('(sensitive)');
      }),
    );
  });

  it('are masked too when their replacement has another type', () => {
    const lines = changed({
      before: { value: { inner: 'top-secret' }, same: 'hidden' },
      after: { value: 'plain', same: 'hidden' },
      wasSecret: { value: { inner: true }, same: true },
    });

    expect(lines).toEqual(['value: `{"inner":"(sensitive)"}` → (sensitive)']);
  });
});
