import { Readable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseProxyResponse, parseStreamedResponse, type StreamedBody } from './proxy-response.ts';
import { checkTemplate, render } from './template.ts';

describe('a template', () => {
  it('is filled with the known variables', () => {
    const values = { requestId: 'r', error: { message: 'no "x"', messageString: '"no \\"x\\""' } };

    expect(
      render(
        '{"a":$context.error.messageString,"b":"$context.error.message $context.none"}',
        values,
        '',
        true,
      ),
    ).toBe('{"a":"no \\"x\\"","b":"no \\"x\\" "}');
    expect(render('$context.requestId $context.identity.apiKey', values, '-', false)).toBe('r -');
  });

  it('stays JSON whatever the values', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const filled = render(
          '{"detail":"$context.error.validationErrorString"}',
          { error: { validationErrorString: text } },
          '',
          true,
        );

        expect(JSON.parse(filled)).toEqual({ detail: text });
      }),
    );
  });

  it('with more than variables in it is refused with its name', () => {
    const resource = { type: 't', address: 't.a', values: {} };

    expect(() => checkTemplate('#if($context.a)x#end', resource)).toThrow(
      /t\.a: #if in a template is not run locally/,
    );
    expect(() => checkTemplate('{"a":"#1 $context.a"}', resource)).not.toThrow();
  });
});

describe('a proxy response', () => {
  it('carries status, headers of one and several values, and text or bytes', () => {
    const response = parseProxyResponse(
      {
        statusCode: 201,
        headers: { 'Content-Type': 'image/png', Date: 'never' },
        multiValueHeaders: { 'set-cookie': ['a=1', 'b=2'] },
        body: 'AQL/',
        isBase64Encoded: true,
      },
      true,
    );

    expect(response.status).toBe(201);
    expect([...response.headers]).toEqual([
      ['content-type', 'image/png'],
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
      ['x-amzn-remapped-date', 'never'],
    ]);
    expect(Buffer.from(response.body as Uint8Array)).toEqual(Buffer.from([1, 2, 255]));
  });

  it('has no body where HTTP allows none', () => {
    expect(parseProxyResponse({ statusCode: 204, body: '' }, false).body).toBeNull();
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ statusCode: '20x' }],
    [{ statusCode: 99 }],
    [{ statusCode: 200, body: {} }],
    [{ statusCode: 200, headers: 'x' }],
  ])('cannot be %j', (payload) => {
    expect(() => parseProxyResponse(payload, false)).toThrow(/must be/);
  });
});

describe('a streamed response', () => {
  const prelude = `${JSON.stringify({ statusCode: 200, headers: { a: 'ü' }, cookies: ['c=1'] })}${'\0'.repeat(8)}`;

  it('is parsed alike for any sizes of its pieces', async () => {
    const whole = Buffer.from(`${prelude}the body\0\0`);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 1, max: whole.length - 1 })), async (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), whole.length];
        const pieces = edges.slice(1).map((end, index) => whole.subarray(edges[index], end));

        const response = await parseStreamedResponse(Readable.from(pieces));

        const body = Buffer.concat(await Readable.from((response.body as StreamedBody).chunks).toArray());
        expect(response.status).toBe(200);
        expect(response.headers.get('set-cookie')).toBe('c=1');
        expect(body.toString()).toBe('the body\0\0');
      }),
      { numRuns: 50 },
    );
  });

  it('without its prelude is refused', async () => {
    await expect(parseStreamedResponse(Readable.from([Buffer.from('{}')]))).rejects.toThrow(/ended before/);
    await expect(parseStreamedResponse(Readable.from([Buffer.from(`x${'\0'.repeat(8)}`)]))).rejects.toThrow(
      /begin with JSON/,
    );
    await expect(parseStreamedResponse(Readable.from([Buffer.alloc(70_000, 'x')]))).rejects.toThrow(
      /no headers in the first/,
    );
  });

  it('ends its source when its reader goes away', async () => {
    const source = Readable.from([Buffer.from(prelude), Buffer.from('a'), Buffer.from('b')]);
    const { body } = await parseStreamedResponse(source);

    for await (const _ of (body as StreamedBody).chunks) break;

    expect(source.destroyed).toBe(true);
  });
});
