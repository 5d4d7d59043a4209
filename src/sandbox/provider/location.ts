import type { Change } from './resource.ts';
import type { ProviderConfig } from './session.ts';
import { isEmpty, unknown } from './value.ts';
import type { ObjectValue } from './value.ts';

/** Where a resource is, as far as the provider's configuration can say. */
export type Place = 'project' | 'region' | 'zone';

/** Plans what the provider's configuration says of `places` where the resource does not. */
export function planLocation(
  planned: ObjectValue,
  { config, provider }: Change,
  places: readonly Place[],
): ObjectValue {
  const located = { ...planned };
  for (const place of places) {
    if (located[place] === unknown && config[place] === null) located[place] = placeOf(provider, place);
  }
  return located;
}

/** Fills in what the path of a new resource needs (`{region}`, `{zone}`) and its configuration left out. */
export function settleLocation(planned: ObjectValue, provider: ProviderConfig, path: string): ObjectValue {
  const located = { ...planned };
  for (const place of ['project', 'region', 'zone'] as const) {
    const open = located[place] === unknown || isEmpty(located[place]);
    if (open && path.includes(`{${place}}`)) located[place] = placeOf(provider, place);
  }
  return located;
}

const missing: Readonly<Record<Place, string>> = {
  project: 'Failed to retrieve project, pid: , err: project: required field is not set',
  region: "Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.",
  zone: 'Cannot determine zone: set in this resource, or set provider-level zone.',
};

function placeOf(provider: ProviderConfig, place: Place): string {
  const region = provider.region || provider.zone.replace(/-[a-z]$/, '');
  const found = place === 'region' ? region : provider[place];
  if (found === '') throw new Error(missing[place]);
  return found;
}
