import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PatternError } from './operators.ts';
import { compilePattern } from './pattern.ts';

const matches = (pattern: unknown, event: unknown) => compilePattern(JSON.stringify(pattern))(event);

/** The example event of AWS's guide. */
const ec2 = {
  version: '0',
  source: 'aws.ec2',
  'detail-type': 'EC2 Instance State-change Notification',
  resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'],
  detail: {
    'instance-id': 'i-1234567890abcdef0',
    state: 'terminated',
    'c-count': 5,
    'd-count': 9,
    'x-limit': 301.8,
    ip: '10.0.0.123',
    empty: '',
    nothing: null,
    list: ['a', 'b'],
    none: [],
    items: [
      { sku: 'x', count: 1 },
      { sku: 'y', count: 2 },
    ],
  },
};

const on = (field: string, ...elements: unknown[]) => ({ detail: { [field]: elements } });

describe('a pattern', () => {
  it.each([
    ['a value', { source: ['aws.ec2'] }, true],
    ['one of several values', { source: ['aws.s3', 'aws.ec2'] }, true],
    ['another value', { source: ['aws.s3'] }, false],
    ['every field', { source: ['aws.ec2'], detail: { state: ['running'] } }, false],
    [
      'a value of a list',
      { resources: ['arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0'] },
      true,
    ],
    ['a number', on('c-count', 5), true],
    ['a number as text', on('c-count', '5'), false],
    ['an empty text', on('empty', ''), true],
    ['null', on('nothing', null), true],
    ['null for a missing field', on('missing', null), false],
    ['case', on('state', 'Terminated'), false],

    ['prefix', on('state', { prefix: 'term' }), true],
    ['prefix of another', on('state', { prefix: 'run' }), false],
    ['prefix, ignoring case', on('state', { prefix: { 'equals-ignore-case': 'TERM' } }), true],
    ['suffix', on('state', { suffix: 'nated' }), true],
    ['suffix, ignoring case', on('state', { suffix: { 'equals-ignore-case': 'NATED' } }), true],
    ['prefix of a number', on('c-count', { prefix: '5' }), false],
    ['equals-ignore-case', on('state', { 'equals-ignore-case': 'TERMINATED' }), true],

    ['wildcard', on('state', { wildcard: 't*d' }), true],
    ['wildcard in the middle', on('instance-id', { wildcard: 'i-*90ab*f0' }), true],
    ['wildcard that would overlap', on('state', { wildcard: 'terminated*d' }), false],
    ['wildcard, escaped', on('state', { wildcard: 'termin\\*' }), false],
    ['wildcard of all', on('empty', { wildcard: '*' }), true],

    ['anything-but', on('state', { 'anything-but': 'initializing' }), true],
    ['anything-but it', on('state', { 'anything-but': 'terminated' }), false],
    ['anything-but several', on('state', { 'anything-but': ['a', 'terminated'] }), false],
    ['anything-but numbers', on('x-limit', { 'anything-but': [100, 200, 300] }), true],
    ['anything-but a number', on('c-count', { 'anything-but': 5 }), false],
    ['anything-but a prefix', on('state', { 'anything-but': { prefix: 'init' } }), true],
    ['anything-but several prefixes', on('state', { 'anything-but': { prefix: ['init', 'term'] } }), false],
    ['anything-but a suffix', on('state', { 'anything-but': { suffix: 'nated' } }), false],
    [
      'anything-but, ignoring case',
      on('state', { 'anything-but': { 'equals-ignore-case': ['TERMINATED'] } }),
      false,
    ],
    ['anything-but a wildcard', on('state', { 'anything-but': { wildcard: '*/lib/*' } }), true],
    ['anything-but of a missing field', on('missing', { 'anything-but': 'x' }), false],

    ['numeric equality', on('x-limit', { numeric: ['=', 3.018e2] }), true],
    ['a numeric range', on('c-count', { numeric: ['>', 0, '<=', 5] }), true],
    ['out of a numeric range', on('d-count', { numeric: ['>=', 0, '<', 9] }), false],
    ['numeric of text', on('state', { numeric: ['>', 0] }), false],

    ['cidr', on('ip', { cidr: '10.0.0.0/24' }), true],
    ['another cidr', on('ip', { cidr: '10.0.1.0/24' }), false],
    ['cidr of the other family', on('ip', { cidr: '::/0' }), false],
    ['cidr of no address', on('state', { cidr: '0.0.0.0/0' }), false],

    ['exists', on('state', { exists: true }), true],
    ['exists, missing', on('missing', { exists: true }), false],
    ['does not exist', on('missing', { exists: false }), true],
    ['does not exist, there', on('state', { exists: false }), false],
    ['exists, null', on('nothing', { exists: true }), true],
    ['exists, no leaf', { detail: [{ exists: true }] }, false],
    ['exists, empty list', on('none', { exists: true }), false],
    ['a missing field or a value', on('missing', { exists: false }, 'x'), true],
    ['a path that does not exist', { other: { deep: [{ exists: false }] } }, true],

    ['one of a list', on('list', 'b'), true],
    ['none of a list', on('list', 'c'), false],
    ['a field of one of a list of objects', { detail: { items: { sku: ['y'], count: [2] } } }, true],
    ['fields of different objects of a list', { detail: { items: { sku: ['y'], count: [1] } } }, false],

    ['$or, the second', { detail: { $or: [{ 'c-count': [1] }, { 'd-count': [9] }] } }, true],
    ['$or, neither', { $or: [{ source: ['a'] }, { source: ['b'] }] }, false],
    [
      '$or and a field',
      { source: ['aws.ec2'], $or: [{ source: ['a'] }, { detail: { state: [{ prefix: 't' }] } }] },
      true,
    ],
    [
      '$or inside $or',
      { $or: [{ source: ['x'] }, { $or: [{ source: ['y'] }, { source: ['aws.ec2'] }] }] },
      true,
    ],
    ['no inherited field', on('constructor', { exists: true }), false],
  ])('of %s', (_, pattern, expected) => {
    expect(matches(pattern, ec2)).toBe(expected);
  });

  it('of a wildcard matches any text between its pieces', () => {
    const pieces = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 4,
    });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 });
    fc.assert(
      fc.property(pieces, texts, (parts, text) => {
        const expected = new RegExp(`^${parts.join('.*')}$`).test(text);

        expect(matches({ x: [{ wildcard: parts.join('*') }] }, { x: text })).toBe(expected);
        expect(matches({ x: [{ 'anything-but': { wildcard: parts.join('*') } }] }, { x: text })).toBe(
          !expected,
        );
      }),
    );
  });

  it('ignores fields that it does not name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        expect(matches({ source: ['aws.ec2'] }, { ...more, source: 'aws.ec2' })).toBe(true);
      }),
    );
  });

  it.each([
    ['[]', 'Filter is not an object'],
    ['{', 'It is not JSON'],
    ['{}', 'Empty objects are not allowed'],
    ['{"source":[]}', 'Empty arrays are not allowed at source'],
    ['{"source":"aws.s3"}', '"source" must be an object or an array'],
    ['{"detail":{"a":[{"starts":"x"}]}}', 'Unrecognized match type starts at detail.a'],
    ['{"a":[{"prefix":"x","suffix":"y"}]}', 'exactly one operator'],
    ['{"a":[["x"]]}', 'exactly one operator'],
    ['{"a":[{"prefix":1}]}', 'prefix must be a string'],
    ['{"a":[{"exists":"yes"}]}', 'exists must be true or false'],
    ['{"a":[{"numeric":[">"]}]}', 'numeric must be a list of one or two comparisons'],
    ['{"a":[{"numeric":["!=",1]}]}', 'Unrecognized numeric range operator: "!="'],
    ['{"a":[{"numeric":["=",6e9]}]}', 'must be a number between'],
    ['{"a":[{"numeric":["<",5,">",1]}]}', 'lower bound first'],
    ['{"a":[{"cidr":"10.0.0.0"}]}', 'Malformed CIDR'],
    ['{"a":[{"cidr":"10.0.0.0/33"}]}', 'Malformed CIDR'],
    ['{"a":[{"wildcard":"a**b"}]}', 'Consecutive wildcard characters'],
    ['{"a":[{"wildcard":"a\\\\b"}]}', 'Invalid escape character'],
    ['{"a":[{"anything-but":[]}]}', 'the list must not be empty'],
    ['{"a":[{"anything-but":["x",1]}]}', 'all strings or all numbers'],
    ['{"a":[{"anything-but":{"cidr":"10.0.0.0/8"}}]}', 'Unsupported anything-but match type cidr'],
    ['{"$or":[{"a":[1]}]}', '$or must be a list of at least two patterns'],
  ])('%s is refused', (json, problem) => {
    expect(() => compilePattern(json)).toThrow(PatternError);
    expect(() => compilePattern(json)).toThrow(problem);
  });
});
