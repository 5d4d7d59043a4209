import { describe, expect, it } from 'vitest';

import { createRouter } from '../../src/sandbox/routes.ts';
import { ApiError, defineService } from '../../src/sandbox/service.ts';

const definition = { host: 'x.googleapis.com', notModelled: [] };
const routes = [
  'GET /storage/v1/b/{bucket}',
  'GET /storage/v1/b/{bucket}/o',
  'GET /storage/v1/b/{bucket}/o/{object}',
  'POST /storage/v1/b/{bucket}/o/{object}/compose',
  'GET /{bucket}/{object=**}',
];
const plain = defineService({ ...definition, mount: '', routes: handlers(routes) });
const mounted = defineService({
  ...definition,
  mount: '/iam.googleapis.com',
  routes: handlers(['GET /v1/projects/{project}', 'POST /v1/projects/{project}:getIamPolicy', 'POST /v1/{name=**}']),
});
const router = createRouter([plain, mounted]);

describe('createRouter', () => {
  it.each([
    ['a literal and a name', 'GET', '/storage/v1/b/x', routes[0], { bucket: 'x' }],
    ['an escaped name', 'GET', '/storage/v1/b/x/o/a%2Fb%20c', routes[2], { bucket: 'x', object: 'a/b c' }],
    ['a literal behind a name', 'POST', '/storage/v1/b/x/o/a%2Fb/compose', routes[3], { bucket: 'x', object: 'a/b' }],
    ['the rest of the path', 'GET', '/bucket/a/b//c', routes[4], { bucket: 'bucket', object: 'a/b//c' }],
    ['a name that ends in a slash', 'GET', '/bucket/a/', routes[4], { bucket: 'bucket', object: 'a/' }],
    ['a slash too many', 'GET', '/storage/v1/b/x/o/', routes[1], { bucket: 'x' }],
    ['HEAD like GET', 'HEAD', '/storage/v1/b/x', routes[0], { bucket: 'x' }],
    ['a mounted service', 'GET', '/iam.googleapis.com/v1/projects/p', 'GET /v1/projects/{project}', { project: 'p' }],
    [
      'a doubled version',
      'GET',
      '/iam.googleapis.com/v1/v1/projects/p',
      'GET /v1/projects/{project}',
      { project: 'p' },
    ],
    [
      'a custom method',
      'POST',
      '/iam.googleapis.com/v1/projects/p:getIamPolicy',
      'POST /v1/projects/{project}:getIamPolicy',
      { project: 'p' },
    ],
    [
      'the less exact route when the exact has another method',
      'POST',
      '/iam.googleapis.com/v1/projects/p',
      'POST /v1/{name=**}',
      { name: 'projects/p' },
    ],
  ])('finds %s', (_what, method, path, route, params) => {
    expect(router(method, path)).toMatchObject({ route, params });
  });

  it.each([
    ['DELETE', '/storage/v1/b/x'],
    ['GET', '/nothing'],
    ['GET', '/iam.googleapis.com'],
  ])('finds nothing for %s %s', (method, path) => {
    expect(router(method, path)?.route).toBeUndefined();
  });

  it('refuses an escape that is no text with 400', () => {
    expect(() => router('GET', '/storage/v1/b/%E0%A4%A')).toThrow(ApiError);
  });

  it('does not let two services answer the same route', () => {
    expect(() => createRouter([plain, plain])).toThrow('two services answer');
  });
});

function handlers(list: readonly string[]): Record<string, () => undefined> {
  return Object.fromEntries(list.map((route) => [route, () => undefined]));
}
