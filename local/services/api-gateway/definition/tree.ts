import { type Stack, StackError, type StackResource } from '../../../contracts.ts';
import { textOf } from '../../../stack/read.ts';

/** One segment of the API's paths, and what is below it. */
export interface PathNode<M> {
  readonly resourceId: string;
  /** `/content/{id}` */
  readonly path: string;
  /** By HTTP method, `ANY` among them. */
  readonly methods: ReadonlyMap<string, M>;
  readonly exact: ReadonlyMap<string, PathNode<M>>;
  /** `{id}` */
  readonly parameter: { readonly name: string; readonly node: PathNode<M> } | undefined;
  /** `{proxy+}` */
  readonly greedy: { readonly name: string; readonly node: PathNode<M> } | undefined;
}

/**
 * The tree of an API's resources.
 * @param methods by resource id, then HTTP method
 * @throws StackError for an invalid path part
 */
export function buildTree<M>(
  stack: Stack,
  api: StackResource,
  methods: ReadonlyMap<string, ReadonlyMap<string, M>>,
): PathNode<M> {
  const children = Map.groupBy(stack.of('aws_api_gateway_resource'), (resource) =>
    textOf(resource, 'parent_id'),
  );
  const node = (resourceId: string, path: string): PathNode<M> => {
    const exact = new Map<string, PathNode<M>>();
    let parameter: PathNode<M>['parameter'];
    let greedy: PathNode<M>['greedy'];
    for (const child of children.get(resourceId) ?? []) {
      const part = textOf(child, 'path_part');
      const below = node(textOf(child, 'id'), `${path === '/' ? '' : path}/${part}`);
      const [, name, plus] = /^\{([\w.-]+)(\+?)\}$/.exec(part) ?? [];
      if (!name && /[{}]/.test(part)) throw new StackError(`${child.address}: ${part} is no path part.`);
      if (!name) exact.set(part, below);
      else if (plus) greedy = { name, node: below };
      else parameter = { name, node: below };
    }
    return { resourceId, path, methods: methods.get(resourceId) ?? new Map(), exact, parameter, greedy };
  };
  return node(textOf(api, 'root_resource_id'), '/');
}

export interface Match<M> {
  readonly node: PathNode<M>;
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * Finds the resource of a path: an exact segment before a parameter, a parameter before a greedy one.
 * @param segments decoded
 */
export function matchPath<M>(
  node: PathNode<M>,
  segments: readonly string[],
  parameters: Readonly<Record<string, string>> = {},
): Match<M> | undefined {
  const [first, ...rest] = segments;
  if (first === undefined) return { node, parameters };
  const exact = node.exact.get(first);
  const { parameter, greedy } = node;
  return (
    (exact && matchPath(exact, rest, parameters)) ??
    (parameter && first !== ''
      ? matchPath(parameter.node, rest, { ...parameters, [parameter.name]: first })
      : undefined) ??
    (greedy
      ? { node: greedy.node, parameters: { ...parameters, [greedy.name]: segments.join('/') } }
      : undefined)
  );
}
