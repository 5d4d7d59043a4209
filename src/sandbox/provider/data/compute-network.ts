import { isRefusal } from '../api-error.ts';
import { fromBody } from '../body.ts';
import type { DataSource } from '../resource.ts';
import { failed } from '../failed.ts';
import { schemas } from '../schemas.ts';
import { textOf } from '../value.ts';

const type = 'google_compute_network';
const { block } = schemas.dataSource(type);
const fields = {
  gateway_ipv4: 'gatewayIPv4',
  network_id: 'id',
  numeric_id: 'id',
  subnetworks_self_links: 'subnetworks',
  project: { rest: null },
};

/** https://registry.terraform.io/providers/hashicorp/google/6.50.0/docs/data-sources/compute_network */
export const computeNetworkData: DataSource = {
  type,
  async read(config, { api, provider }) {
    const name = textOf(config, 'name');
    const id = `projects/${textOf(config, 'project') || provider.project}/global/networks/${name}`;
    try {
      const network = await api.call({ method: 'GET', service: 'compute', path: `/compute/v1/${id}` });
      return { ...fromBody(block, fields, network, config), id };
    } catch (error) {
      if (isRefusal(error, 404)) throw new Error(`${id} not found`, { cause: error });
      throw failed(`Error when reading or editing Network Not Found : ${name}`, error);
    }
  },
};
