import { type GatewayRequest, headerOf } from './request.ts';

/**
 * Names of required parameters that are not there.
 * @param required `method.request.querystring.q`, `method.request.header.X`, `method.request.path.id`
 */
export function missingParameters(
  required: readonly string[],
  request: Pick<GatewayRequest, 'query' | 'headers'>,
  path: Readonly<Record<string, string>>,
): string[] {
  return required.flatMap((parameter) => {
    const [, kind, name = ''] = /^method\.request\.(querystring|header|path)\.(.+)$/.exec(parameter) ?? [];
    const value =
      kind === 'querystring'
        ? request.query.get(name)
        : kind === 'header'
          ? headerOf(request.headers, name)
          : path[name];
    return value ? [] : [name];
  });
}
