import { ApiGatewayResource } from '@cdktf/provider-aws/lib/api-gateway-resource/index.js';
import type { ApiGatewayRestApi } from '@cdktf/provider-aws/lib/api-gateway-rest-api/index.js';
import { Construct } from 'constructs';

/** The id of the construct of a path such as `/content/{id}`. */
export const idOf = (path: string): string => path.slice(1).replaceAll(/[^A-Za-z0-9]+/g, '-');

/** The tree of path segments; each is created once, however many routes share it. */
export class PathTree extends Construct {
  readonly #api: ApiGatewayRestApi;
  readonly #made = new Map<string, ApiGatewayResource>();

  constructor(scope: Construct, id: string, api: ApiGatewayRestApi) {
    super(scope, id);
    this.#api = api;
  }

  /** Id of the resource of a path such as `/content/{id}`. */
  resourceId(path: string): string {
    return path === '' ? this.#api.rootResourceId : this.#resource(path).id;
  }

  #resource(path: string): ApiGatewayResource {
    const made = this.#made.get(path);
    if (made) return made;
    const cut = path.lastIndexOf('/');
    const resource = new ApiGatewayResource(this, idOf(path), {
      restApiId: this.#api.id,
      parentId: this.resourceId(path.slice(0, cut)),
      pathPart: path.slice(cut + 1),
    });
    this.#made.set(path, resource);
    return resource;
  }
}
