import { isValues, jsonIn, type Values, valuesOf } from '../terraform/values.ts';

/** A statement of a policy, normalized. */
export interface Statement {
  readonly sid: string;
  readonly allows: boolean;
  /** Kind and name: `Service: lambda.amazonaws.com`; `*` alone for anyone. Empty in identity policies. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Operator, key and values. */
  readonly conditions: readonly (readonly [string, string, readonly string[]])[];
}

/** The statements of a policy; undefined when the text is not a policy. */
export function statementsIn(text: unknown): Statement[] | undefined {
  const document = jsonIn(text);
  if (!document || document.Statement === undefined) return undefined;
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.filter(isValues).map(statement);
}

const statement = (raw: Values, index: number): Statement => ({
  sid: typeof raw.Sid === 'string' && raw.Sid !== '' ? raw.Sid : `statement ${index + 1}`,
  allows: raw.Effect === 'Allow',
  principals: [...principals(raw.Principal), ...allBut(principals(raw.NotPrincipal))],
  actions: [...texts(raw.Action), ...allBut(texts(raw.NotAction))],
  resources: [...texts(raw.Resource), ...allBut(texts(raw.NotResource))],
  conditions: Object.entries(valuesOf(raw.Condition)).flatMap(([operator, keys]) =>
    Object.entries(valuesOf(keys)).map(([key, values]) => [operator, key, texts(values)] as const),
  ),
});

/** Starts a description of everything except some items. */
export const exceptionPrefix = 'all but ';
const allBut = (items: readonly string[]) =>
  items.length === 0 ? [] : [`${exceptionPrefix}${items.join(', ')}`];

function texts(value: unknown): string[] {
  const all = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return all.map(String).sort();
}

function principals(value: unknown): string[] {
  if (!isValues(value)) return texts(value);
  return Object.entries(value).flatMap(([kind, names]) =>
    texts(names).map((name) => (name === '*' ? '*' : `${kind}: ${name}`)),
  );
}
