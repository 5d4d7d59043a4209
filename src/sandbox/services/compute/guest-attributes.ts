import type { Call } from './call.ts';
import { ApiError } from '../../service.ts';
import { selfLink } from './path.ts';

/**
 * Guest attributes below `queryPath` (`namespace/` or `namespace/key`), as machines wrote them.
 * https://cloud.google.com/compute/docs/reference/rest/v1/instances/getGuestAttributes — 404 where there are none.
 */
export function guestAttributes(call: Call, path: string): object {
  const { queryPath = '', variableKey } = call.request.query;
  const wanted = variableKey ?? queryPath;
  const isExact = /^[^/]+\/[^/]+$/.test(wanted);
  const items = Array.from(call.store.entries<{ value: string }>('guestAttributes', `${path}/`), ([key, { value }]) => {
    const [namespace = '', ...rest] = key.slice(path.length + 1).split('/');
    return { namespace, key: rest.join('/'), value };
  }).filter(({ namespace, key }) => {
    const whole = `${namespace}/${key}`;
    return isExact ? whole === wanted : whole.startsWith(wanted === '' || wanted.endsWith('/') ? wanted : `${wanted}/`);
  });
  if (items.length === 0)
    throw new ApiError(
      404,
      'notFound',
      `The resource 'guestAttributes/${wanted}' of type 'Guest Attribute' was not found.`,
    );
  return {
    kind: 'compute#guestAttributes',
    ...(variableKey === undefined ? { queryPath } : { variableKey, variableValue: items[0]?.value }),
    queryValue: { items },
    selfLink: selfLink(`${path}/getGuestAttributes`),
  };
}
