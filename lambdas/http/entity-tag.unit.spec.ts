import { describe, expect, it } from 'vitest';
import { tagged } from './entity-tag.ts';

const answer = (body: string) => ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body });
const tagOf = (body: string) => String(tagged(answer(body), undefined).headers?.etag);

describe('an answer with an entity tag', () => {
  it('is sent whole to a client that has none, or another', () => {
    for (const held of [undefined, '', '"other"', 'W/"other", "x"', tagOf('b').toUpperCase()]) {
      expect(tagged(answer('a'), held)).toMatchObject({
        ...{ statusCode: 200, body: 'a' },
        headers: {
          'content-type': 'application/json',
          etag: tagOf('a'),
          'cache-control': 'private, no-cache',
        },
      });
    }
  });

  it('is 304 without a body for a client that has it', () => {
    const strong = tagOf('a').slice(2);
    for (const held of [tagOf('a'), strong, `"x", ${tagOf('a')}`, '*', ' * ']) {
      expect(tagged(answer('a'), held)).toMatchObject({
        ...{ statusCode: 304, body: '' },
        headers: { etag: tagOf('a'), 'cache-control': 'private, no-cache' },
      });
    }
  });

  it('has a tag of its own for each body', () => {
    expect(tagOf('a')).toMatch(/^W\/"[\w-]{16}"$/);
    expect(tagOf('b')).not.toBe(tagOf('a'));
  });
});
