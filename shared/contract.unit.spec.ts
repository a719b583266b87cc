import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { CreateContentRequest } from './api/content.ts';
import { variables } from './environment.ts';
import { type EventType, eventNames, events } from './events/index.ts';
import { functionNames, functions } from './functions.ts';
import { Id } from './ids.ts';
import { toGatewayModel } from './json-schema.ts';
import { limits } from './limits.ts';
import { acceptedTypes, mediaTypeNames, mediaTypeOfName, nearestTypes, toMediaType } from './media-types.ts';
import { parseUploadKey, uploadKey } from './objects.ts';
import { openApiDocument } from './openapi.ts';
import { type Route, routeNames, routes } from './routes.ts';
import { subscriptions } from './subscriptions.ts';
import { eventId, versionKey } from './tables.ts';

describe('routes', () => {
  it('have unique paths and methods', () => {
    const calls = routeNames.map((name) => `${routes[name].method} ${routes[name].path}`);

    expect(new Set(calls).size).toBe(calls.length);
  });

  it('belong to functions that exist', () => {
    const unknown = routeNames.filter((name) => !functionNames.includes(routes[name].function));

    expect(unknown).toEqual([]);
  });

  it('refuse unknown fields in every body, at the gateway and in the handler', () => {
    for (const name of routeNames) {
      const { body }: Route = routes[name];
      if (!body) continue;
      expect(toGatewayModel(body)).toMatchObject({ type: 'object', additionalProperties: false });
      expect(body.safeParse({ surprise: 1 }).success).toBe(false);
    }
  });

  it('leave formats and patterns to the handler, which returns readable errors', () => {
    const { properties } = toGatewayModel(CreateContentRequest) as { properties: Record<string, object> };

    expect(properties.filename).toMatchObject({ type: 'string', minLength: 1, maxLength: 255 });
    expect(properties.filename).not.toHaveProperty('pattern');
    expect(toGatewayModel(Id)).not.toHaveProperty('format');
  });
});

describe('the OpenAPI document', () => {
  const document = openApiDocument() as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };

  it('describes every route once', () => {
    const described = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map(({ operationId }) => operationId),
    );

    expect(document.openapi).toBe('3.1.0');
    expect(described.sort()).toEqual([...routeNames].sort());
  });

  it('states what the daily budget limits', () => {
    expect(JSON.stringify(document.paths['/usage'])).toMatch(
      /Chat and jobs are refused .* whatever used them/,
    );
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});

describe('functions', () => {
  it('have only variables with a schema, each once', () => {
    for (const name of functionNames) {
      const { environment } = functions[name];
      expect(environment.filter((variable) => !Object.hasOwn(variables, variable))).toEqual([]);
      expect(new Set(environment).size).toBe(environment.length);
    }
  });

  it('use every variable', () => {
    const needed = new Set<string>(functionNames.flatMap((name) => functions[name].environment));

    expect(Object.keys(variables).filter((variable) => !needed.has(variable))).toEqual([]);
  });
});

describe('subscriptions', () => {
  it('name only events that exist', () => {
    const listened = Object.values(subscriptions)
      .filter(({ pattern }) => (pattern.source as readonly string[]).includes('nova'))
      .flatMap(({ pattern }) => pattern['detail-type'] as readonly string[]);

    expect(listened.filter((type) => !eventNames.some((name) => name === type))).toEqual([]);
  });
});

describe('events', () => {
  it('have an upcast from every earlier version', () => {
    for (const name of eventNames) {
      const { schemaVersion, upcasts = {} }: EventType = events[name];
      const before = Array.from({ length: schemaVersion - 1 }, (_, index) => String(index + 1));
      expect(Object.keys(upcasts), name).toEqual(before);
    }
  });

  it('have schemas that JSON can represent', () => {
    for (const name of eventNames) expect(() => z.toJSONSchema(events[name].data)).not.toThrow();
  });
});

describe('keys', () => {
  it('sort in the order of their versions', () => {
    const version = fc.integer({ min: 1, max: 9_999_999_999 });
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(versionKey(a) < versionKey(b)).toBe(a < b);
      }),
    );
  });

  it('of uploads can be read back', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9-]{1,36}$/);
    fc.assert(
      fc.property(part, part, (tenant, contentId) => {
        expect(parseUploadKey(uploadKey(tenant, contentId))).toEqual({ tenant, contentId });
      }),
    );
    expect(parseUploadKey('results/t/c/j.json')).toBeUndefined();
    expect(parseUploadKey('uploads/t/c/more')).toBeUndefined();
  });

  it('of events name the stream and the version', () => {
    expect(eventId({ tenant: 't', aggregate: 'job', id: 'j' }, 3)).toBe('t#job#j@3');
  });
});

describe('media types', () => {
  it('are recognised by their aliases, in any case, with parameters', () => {
    expect(toMediaType('Text/Plain; charset=utf-8')).toBe('text/plain');
    expect(toMediaType('audio/x-wav')).toBe('audio/wav');
    expect(toMediaType('application/x-msdownload')).toBeUndefined();
    expect(toMediaType('constructor')).toBeUndefined();
    for (const name of mediaTypeNames) expect(toMediaType(name)).toBe(name);
  });

  it('are listed with every name and extension once', () => {
    for (const list of ['aliases', 'extensions'] as const) {
      const names = acceptedTypes.flatMap((type) => type[list]);
      expect(new Set(names).size).toBe(names.length);
    }
    for (const { contentType, extensions, aliases } of acceptedTypes) {
      for (const ending of extensions) expect(mediaTypeOfName(`a.${ending}`)).toBe(contentType);
      for (const name of aliases) expect(toMediaType(name)).toBe(contentType);
    }
  });

  it('that are not accepted lead to the nearest ones', () => {
    expect(nearestTypes('image/jpg2')).toContain('image/jpeg');
    expect(nearestTypes('audio/mpeg4')[0]).toBe('audio/mpeg');
    const refused = CreateContentRequest.safeParse({ filename: 'a', contentType: 'audio/mpeg4', bytes: 1 });
    expect(refused.error?.issues[0]?.message).toMatch(
      /^audio\/mpeg4 is not accepted; nearest are audio\/mpeg, \S+, \S+\. GET \/media-types lists all$/,
    );
  });

  it('of pictures that no model takes lead to the conversion to make', () => {
    const refused = CreateContentRequest.safeParse({ filename: 'a', contentType: 'image/heic', bytes: 1 });

    expect(refused.error?.issues[0]?.message).toMatch(
      /^image\/heic is not accepted\. Export it as JPEG or PNG, and upload that\. .*\. GET \/media-types lists all$/,
    );
  });

  it('that are longer than any are refused for their length, without a search for the nearest', () => {
    const refused = CreateContentRequest.safeParse({
      ...{ filename: 'a', bytes: 1 },
      contentType: 'a'.repeat(limits.requestBytes),
    });

    expect(refused.error?.issues).toEqual([
      expect.objectContaining({ code: 'too_big', path: ['contentType'], maximum: 255 }),
    ]);
  });
});
