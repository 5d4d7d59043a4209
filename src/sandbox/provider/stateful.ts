import type { Json } from './api.ts';
import { blocksOf } from './value.ts';
import type { ObjectValue } from './value.ts';

const kinds = [
  { block: 'stateful_disk', name: 'device_name', rest: 'disks' },
  { block: 'stateful_internal_ip', name: 'interface_name', rest: 'internalIPs' },
  { block: 'stateful_external_ip', name: 'interface_name', rest: 'externalIPs' },
] as const;

/** What a managed group keeps of its machines when it makes them anew: blocks for Terraform, maps by name for Google. */
export function statefulPolicy(planned: ObjectValue): Json {
  const kept = kinds.flatMap(({ block, name, rest }) => {
    const items = blocksOf(planned, block).map((item) => [String(item[name]), { autoDelete: item.delete_rule }]);
    return items.length === 0 ? [] : [[rest, Object.fromEntries(items)]];
  });
  return { preservedState: Object.fromEntries(kept) };
}

/** The same read back: one list for each of the three blocks, named as the block in camelCase. */
export function statefulBlocks(policy: unknown): Json {
  const preserved = ((policy as Json | undefined)?.preservedState ?? {}) as Json;
  const list = (rest: string, name: string): Json[] =>
    Object.entries((preserved[rest] ?? {}) as Record<string, Json>).map(([of, { autoDelete }]) => ({
      [name]: of,
      deleteRule: autoDelete,
    }));
  return {
    statefulDisk: list('disks', 'deviceName'),
    statefulInternalIp: list('internalIPs', 'interfaceName'),
    statefulExternalIp: list('externalIPs', 'interfaceName'),
  };
}
