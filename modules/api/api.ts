import { ApiGatewayRequestValidator } from '@cdktf/provider-aws/lib/api-gateway-request-validator/index.js';
import { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api/index.js';
import { limits } from '@nova/shared/limits';
import { apiNameOf } from '@nova/shared/naming';
import { noOrigin, routeNames, routes } from '@nova/shared/routes';
import { Construct } from 'constructs';
import type { ApiKeys } from '../data/api-keys.ts';
import type { Functions } from '../functions/functions.ts';
import { pageOriginOf, type Settings } from '../settings.ts';
import { Endpoint } from './endpoint.ts';
import { gatewayResponses } from './gateway-responses.ts';
import { idOf, PathTree } from './path-tree.ts';
import { Preflight } from './preflight.ts';
import { Stage } from './stage.ts';
import { UsagePlan } from './usage-plan.ts';

export interface ApiProps {
  readonly settings: Settings;
  readonly functions: Functions;
  readonly keys: ApiKeys;
}

/** The REST API: every route of the contract; each needs an API key. */
export class Api extends Construct {
  /** Including the stage: `https://<id>.execute-api.<region>.amazonaws.com/v1`. */
  readonly url: string;
  /** Name of the access log's log group. */
  readonly accessLog: string;

  constructor(scope: Construct, id: string, { settings, functions, keys }: ApiProps) {
    super(scope, id);
    const api = new ApiGatewayRestApi(this, 'api', {
      name: apiNameOf(settings.prefix),
      description: 'Nova Platform',
      endpointConfiguration: { types: ['REGIONAL'] },
      // It never compresses streams.
      minimumCompressionSize: String(limits.compressedBytes),
    });
    const validator = new ApiGatewayRequestValidator(this, 'validator', {
      restApiId: api.id,
      name: 'body-and-parameters',
      validateRequestBody: true,
      validateRequestParameters: true,
    });
    const paths = new PathTree(this, 'paths', api);
    const endpoints = routeNames.map((name) => {
      const { path, function: target } = routes[name];
      return new Endpoint(this, name, {
        name,
        api,
        region: settings.region,
        resourceId: paths.resourceId(path),
        validatorId: validator.id,
        target: functions.get(target),
      });
    });
    const origin = pageOriginOf(settings);
    const responses = gatewayResponses(new Construct(this, 'responses'), api.id, origin);
    const preflights = origin === noOrigin ? [] : this.#preflights(api.id, paths, origin);
    const stage = new Stage(this, 'stage', {
      settings,
      restApiId: api.id,
      parts: [validator, ...[...endpoints, ...preflights].flatMap(({ parts }) => parts), ...responses],
    });
    new UsagePlan(this, 'usage-plan', { settings, restApiId: api.id, stage, keys });
    this.url = stage.invokeUrl;
    this.accessLog = stage.accessLog;
  }

  /** One for each path. */
  #preflights(restApiId: string, paths: PathTree, origin: string): Preflight[] {
    const scope = new Construct(this, 'preflights');
    const byPath = Map.groupBy(Object.values(routes), ({ path }) => path);
    return [...byPath].map(([path, ofPath]) => {
      const methods = ofPath.map(({ method }) => method);
      return new Preflight(scope, idOf(path), {
        restApiId,
        resourceId: paths.resourceId(path),
        methods,
        origin,
      });
    });
  }
}
