import type { Handler } from '../../service.ts';
import { method } from './call.ts';
import type { Call } from './call.ts';
import type { Instance } from './instance.ts';
import { resourcePath } from './operate.ts';
import { pathOfLink } from './path.ts';
import { find } from './resource.ts';

/** A handler of one machine, which must be there; `verb` is the last part of the permission. */
export function onInstance(verb: string, work: (call: Call, instance: Instance, path: string) => unknown): Handler {
  return method(
    `compute.instances.${verb}`,
    (call) => {
      const instance = find<Instance>(call.store, 'instances', resourcePath(call, 'instances'));
      return work(call, instance, pathOfLink(instance.selfLink));
    },
    (call) => resourcePath(call, 'instances'),
  );
}
