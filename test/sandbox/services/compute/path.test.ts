import { describe, expect, it } from 'vitest';

import { linkOf, pathOf, regionOf } from '../../../../src/sandbox/services/compute/path.ts';

const networks = { project: 'p', scope: 'global', collection: 'networks' };
const regional = { project: 'p', scope: 'regions/us-central1', collection: 'subnetworks' };

describe('references', () => {
  it.each([
    ['a bare name', 'n', 'projects/p/global/networks/n'],
    ['a partial path', 'global/networks/n', 'projects/p/global/networks/n'],
    ['a collection and a name', 'networks/n', 'projects/p/global/networks/n'],
    ['a path of another project', 'projects/q/global/networks/n', 'projects/q/global/networks/n'],
    [
      'a full URL',
      'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
      'projects/p/global/networks/n',
    ],
    [
      'a beta URL',
      'https://compute.googleapis.com/compute/beta/projects/p/global/networks/n',
      'projects/p/global/networks/n',
    ],
    [
      'the URL of a sandbox',
      'http://127.0.0.1:4600/compute/v1/projects/p/global/networks/n',
      'projects/p/global/networks/n',
    ],
    ['a network called projects', 'projects/p/global/networks/projects', 'projects/p/global/networks/projects'],
  ])('%s is understood', (_what, reference, path) => {
    expect(pathOf(reference, networks)).toBe(path);
  });

  it.each([
    ['sub', 'projects/p/regions/us-central1/subnetworks/sub'],
    ['regions/europe-west4/subnetworks/sub', 'projects/p/regions/europe-west4/subnetworks/sub'],
    ['projects/p/global/regions/us-central1/subnetworks/sub', 'projects/p/regions/us-central1/subnetworks/sub'],
  ])('%s is found in its region', (reference, path) => {
    expect(pathOf(reference, regional)).toBe(path);
  });

  it("becomes a URL of Google's own, whoever is asked", () => {
    expect(linkOf('http://127.0.0.1:1/compute/v1/projects/p/global/networks/n', networks)).toBe(
      'https://www.googleapis.com/compute/v1/projects/p/global/networks/n',
    );
  });

  it.each([
    ['zones/us-central1-a', 'us-central1'],
    ['regions/us-central1', 'us-central1'],
    ['northamerica-northeast1-c', 'northamerica-northeast1'],
  ])('%s is in %s', (scope, region) => {
    expect(regionOf(scope)).toBe(region);
  });
});
