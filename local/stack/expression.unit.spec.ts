// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Terraform writes its expressions so
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Scope } from './evaluate.ts';
import { parseTemplate } from './parse.ts';
import { ExpressionError } from './syntax.ts';

const scope: Scope = {
  resolve: ([first = '']) => {
    if (first === 'bucket')
      return { value: { arn: 'arn:b', tags: { a: 'x' }, rules: [{ id: 1 }, { id: 2 }] }, names: 1 };
    if (first === 'block') return { value: { only: { name: 'n' } }, names: 1 };
    throw new ExpressionError(`nothing called ${first}`);
  },
};
const resolved = (text: string) => evaluate(parseTemplate(text), scope);

describe('a template', () => {
  it.each([
    ['plain', 'plain'],
    ['${bucket.arn}/*', 'arn:b/*'],
    ['$${kept} %%{too}', '${kept} %{too}'],
    ['${bucket.tags["a"]}${bucket.rules[1].id}', 'x2'],
    ['${bucket.rules[*].id}', [1, 2]],
    ['${block.only[0].name}', 'n'],
    ['${join("-", ["a", lower("B"), "${bucket.arn}"])}', 'a-b-arn:b'],
    ['${concat(bucket.rules[*].id, [3]...)}', undefined],
    ['${1 + 2 * 3 == 7 && !false ? "yes" : "no"}', 'yes'],
    ['${max([4, 9, 2]...)}', 9],
    ['${jsonencode({b = "<", "a" : [true, null]})}', '{"a":[true,null],"b":"\\u003c"}'],
    ['${format("%s-%03d %%", "a", 7)}', 'a-007 %'],
    ['${replace("a.b.c", "/[.]/", "-")}', 'a-b-c'],
    ['${merge({a = 1}, {b = 2})}', { a: 1, b: 2 }],
    ['${jsondecode("{\\"a\\":[1]}").a[0]}', 1],
    ['${(bucket).arn}', 'arn:b'],
  ])('%s', (text, expected) => {
    if (expected === undefined) expect(() => resolved(text)).toThrow(ExpressionError);
    else expect(resolved(text)).toEqual(expected);
  });

  it.each([
    ['${bucket.nothing}', /no attribute "nothing"/],
    ['${cidrsubnet("10.0.0.0/8", 8, 1)}', /cidrsubnet\(\) is not supported/],
    ['${[for x in bucket.rules : x.id]}', /expected/],
    ['%{ if true }a%{ endif }', /directives/],
    ['${bucket.arn', /expected }/],
    ['a ${bucket.rules}', /expected text/],
  ])('refuses %s with the reason', (text, reason) => {
    expect(() => resolved(text)).toThrow(reason);
  });

  it('returns any text with escaped markers unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const escaped = text.replace(/[$%]\{/g, (marker) => `${marker[0]}${marker}`);
        // An escape cannot follow its own first character: `$$${` is `$` and an escape to Terraform too.
        fc.pre(!/\$\$\{|%%\{/.test(text) && !/[$][$]{2}\{|%%%\{/.test(escaped));

        expect(resolved(escaped)).toBe(text);
      }),
    );
  });

  it('encodes any JSON so that it decodes to the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const quoted = JSON.stringify(JSON.stringify(value)).replace(
          /[$%]\{/g,
          (marker) => `${marker[0]}${marker}`,
        );

        const twice = resolved(`\${jsondecode(jsonencode(jsondecode(${quoted})))}`);

        expect(twice).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
