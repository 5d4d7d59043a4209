import type { Change } from './resource.ts';
import type { ProviderConfig } from './session.ts';
import { isEmpty, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

type Place = 'region' | 'zone';

/** Plans what the provider's configuration says where the resource does not: always its project, and `places`. */
export function planLocation(
  planned: ObjectValue,
  { config, provider }: Change,
  places: readonly Place[],
): ObjectValue {
  const located = { ...planned };
  if (located.project === unknown && config.project === null) {
    if (provider.project === '') {
      throw new Error('Failed to retrieve project, pid: , err: project: required field is not set');
    }
    located.project = provider.project;
  }
  for (const place of places)
    if (located[place] === unknown && config[place] === null) located[place] = placeOf(provider, place);
  return located;
}

/** Fills in what the path of a new resource needs (`{region}`, `{zone}`) and its configuration left out. */
export function settleLocation(planned: ObjectValue, provider: ProviderConfig, path: string): ObjectValue {
  const located = { ...planned };
  for (const place of ['region', 'zone'] as const) {
    const open = located[place] === unknown || isEmpty(located[place]);
    if (open && path.includes(`{${place}}`)) located[place] = placeOf(provider, place);
  }
  return located;
}

function placeOf({ region, zone }: ProviderConfig, place: Place): string {
  const found = place === 'zone' ? zone : region || zone.replace(/-[a-z]$/, '');
  if (found !== '') return found;
  throw new Error(
    place === 'zone'
      ? 'Cannot determine zone: set in this resource, or set provider-level zone.'
      : "Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.",
  );
}
