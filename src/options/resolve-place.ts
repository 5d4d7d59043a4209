import type { Findings } from './findings.ts';
import { regionOf } from './places.ts';
import type { TableValues } from './table.ts';

/** Whose deployment, and where. Empty texts where the action does without. */
export interface Place {
  projectId: string;
  namePrefix: string;
  /** In order of preference; empty where only the region is given. */
  zones: string[];
  region: string;
}

// Google wants 6 to 30 characters: https://docs.cloud.google.com/iam/docs/service-accounts-create
const shortestAccount = 6;

/** Settles the region, whether the names that are made of NAME_PREFIX can exist. */
export function resolvePlace(values: TableValues, { complain }: Findings): Place {
  const { projectId = '', namePrefix = '', zones = [], region, serviceAccount } = values;
  const [zone] = zones;
  if (zone !== undefined && region !== undefined && region !== regionOf(zone)) {
    complain('region', ['zones'], `'${region}' contradicts ZONE: ${zone} is in ${regionOf(zone)}; leave REGION out`);
  }
  const account = `${namePrefix}-sa`;
  if (namePrefix !== '' && serviceAccount === undefined && account.length < shortestAccount) {
    const reason = `must be given with a NAME_PREFIX as short as '${namePrefix}': '${account}' is too short for the one to be made`;
    complain('serviceAccount', ['namePrefix'], reason);
  }
  return { projectId, namePrefix, zones, region: region ?? (zone === undefined ? '' : regionOf(zone)) };
}
