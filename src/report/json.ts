import type { ClusterDescription } from './description.ts';

/** The description for programs: names that stay, and nothing that is only words. */
export function clusterJson(cluster: ClusterDescription): Record<string, unknown> {
  const { deployment, machines, wanted, networks, wayIn, wayOut, shares, mounts, files, costs, until, commands } =
    cluster;
  return {
    deployment: deployment.prefix,
    uuid: deployment.uuid,
    project: deployment.project,
    zone: deployment.zone,
    wanted,
    ready: machines.filter(({ state }) => state === 'ready').length,
    machines,
    networks,
    wayIn,
    wayOut,
    shares,
    mounts,
    files,
    costs,
    until: until === undefined ? undefined : new Date(until).toISOString(),
    destroy: commands.destroy,
  };
}
