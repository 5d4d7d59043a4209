import type { Kind } from './option.ts';
import { listOf, matching } from './kinds.ts';
import { Refusal } from './refusal.ts';

// us-central1-a, northamerica-northeast1-b, us-central1-ai1a: https://docs.cloud.google.com/compute/docs/regions-zones
const zoneForm = /^([a-z]+-[a-z]+[0-9]+)-[a-z][a-z0-9]*$/;
const regionForm = /^[a-z]+-[a-z]+[0-9]+$/;

const zone: Kind<string> = {
  allowed: 'a zone such as us-central1-a',
  parse(text) {
    if (regionForm.test(text)) throw new Refusal(`'${text}' is a region; a zone has a letter more, such as ${text}-a`);
    if (!zoneForm.test(text)) throw new Refusal();
    return text;
  },
};

/** Zones in order of preference, all in one region. */
export function zoneList(): Kind<string[]> {
  const zones = listOf(zone, 'a zone such as us-central1-a, or several of one region, the best first');
  return {
    ...zones,
    parse(text) {
      const list = zones.parse(text);
      const [first = '', ...others] = list;
      const stray = others.find((other) => regionOf(other) !== regionOf(first));
      if (stray !== undefined) {
        throw new Refusal(
          `'${stray}' is in ${regionOf(stray)} and '${first}' in ${regionOf(first)}; all zones must be in one region`,
        );
      }
      return list;
    },
  };
}

/** A region. */
export function region(): Kind<string> {
  const kind = matching(regionForm, 'a region such as us-central1');
  return {
    ...kind,
    parse(text) {
      if (zoneForm.test(text))
        throw new Refusal(`'${text}' is a zone; its region is ${regionOf(text)}`, regionOf(text));
      return kind.parse(text);
    },
  };
}

/** The region that a zone is in: all but its last part (us-central1 for us-central1-ai1a). */
export function regionOf(zoneName: string): string {
  return zoneForm.exec(zoneName)?.[1] ?? '';
}
