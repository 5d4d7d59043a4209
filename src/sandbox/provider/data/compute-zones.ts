import type { DataSource } from '../resource.ts';
import { textOf } from '../value.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/data-sources/compute_zones */
export const computeZones: DataSource = {
  type: 'google_compute_zones',
  async read(config, { api, provider }) {
    const region = textOf(config, 'region') || provider.region;
    const project = textOf(config, 'project') || provider.project;
    const status = textOf(config, 'status');
    const filter = status === '' ? '' : ` (status eq ${status})`;
    const answer = await api.call({
      method: 'GET',
      service: 'compute',
      path: `/compute/v1/projects/${project}/zones`,
      query: { filter },
    });
    const zones = (answer.items ?? []) as { name: string; region: string }[];
    const names = zones.filter((zone) => zone.region.endsWith(`/${region}`)).map(({ name }) => name);
    return { ...config, id: `projects/${project}/regions/${region}`, project, region, names: names.sort() };
  },
};
