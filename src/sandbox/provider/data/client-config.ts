import type { DataSource } from '../resource.ts';

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/data-sources/client_config */
export const clientConfig: DataSource = {
  type: 'google_client_config',
  async read(_config, { provider, token }) {
    const { project, region, zone, defaultLabels } = provider;
    return {
      id: `projects/${project}/regions/${region}/zones/${zone}`,
      project,
      region,
      zone,
      access_token: await token(),
      default_labels: { ...defaultLabels },
    };
  },
};
