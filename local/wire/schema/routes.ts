import type { Operation } from './schema.ts';

export interface Match {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly pattern: RegExp;
  /** Query parameters the operation's template fixes. */
  readonly fixed: readonly (readonly [string, string])[];
}

export type Router = (method: string, url: URL, target: string | undefined) => Match | undefined;

/** Finds the operation of a request: by `x-amz-target` in RPC protocols, by method and path in REST ones. */
export function routerOf(operations: ReadonlyMap<string, Operation>): Router {
  const routes = [...operations.values()].flatMap((operation) => routeOf(operation) ?? []);
  return (method, url, target) => {
    if (target !== undefined) {
      const operation = operations.get(target.slice(target.lastIndexOf('.') + 1));
      return operation && { operation, labels: {} };
    }
    for (const route of routes) {
      const labels =
        route.method === method && fixedQueryHolds(route, url) && route.pattern.exec(url.pathname);
      if (labels) return { operation: route.operation, labels: decoded(labels.groups ?? {}) };
    }
    return undefined;
  };
}

/** `/model/{modelId}/converse` → `^/model/(?<modelId>[^/]+)/converse$`; `{key+}` takes slashes too. */
function routeOf(operation: Operation): Route | undefined {
  if (!operation.http) return undefined;
  const [path = '/', query = ''] = operation.http.path.split('?');
  const source = path
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const label = /^\{(\w+)(\+?)\}$/.exec(part);
      return label ? `(?<${label[1]}>${label[2] ? '.+' : '[^/]+'})` : escaped(part);
    })
    .join('');
  return {
    operation,
    method: operation.http.method,
    pattern: new RegExp(`^${source}/?$`),
    fixed: [...new URLSearchParams(query)],
  };
}

const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const fixedQueryHolds = ({ fixed }: Route, { searchParams }: URL) =>
  fixed.every(
    ([name, value]) => searchParams.has(name) && (value === '' || searchParams.get(name) === value),
  );

const decoded = (labels: Record<string, string>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, decodeURIComponent(value)]));
