import { table } from '../core/table.ts';
import { estimateCosts } from '../costs/estimate.ts';
import { foundMaterials } from '../costs/found-materials.ts';
import { openPriceBook } from '../costs/price-book.ts';
import { inventory } from '../deployment/inventory.ts';
import { labels } from '../deployment/deployment.ts';
import { listDisks } from '../google/compute-disks.ts';
import { lastPart, listInstances } from '../google/compute-machines.ts';
import { listShares } from '../google/filestore.ts';
import { orNothing } from '../google/or-nothing.ts';
import { money } from '../report/money.ts';
import type { Action } from './action.ts';
import { beginPriceLookup, pricePatience } from './price-lookup.ts';
import { openSession } from './session.ts';

/** List: every deployment of the project, by what its resources carry, so that one without a state is seen too. */
export const list: Action = {
  name: 'list',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    await using prices = beginPriceLookup(session);
    const { http } = session;
    const { projectId } = run.options;
    const carriers = `labels.${labels.id}:*`;
    const [found, machines, disks, shares] = await Promise.all([
      inventory(http, projectId),
      listInstances(http, projectId, carriers),
      orNothing(listDisks(http, projectId, carriers)),
      orNothing(listShares(http, projectId)),
    ]);
    const now = run.clock.now();
    const deployments = await Promise.all(
      [...Map.groupBy(found, ({ uuid }) => uuid)].map(async ([uuid, resources]) => {
        const carries = (one: { labels: Readonly<Record<string, string>> }): boolean => one.labels[labels.id] === uuid;
        const own = {
          instances: machines.filter(carries),
          disks: disks.filter(carries),
          shares: shares.filter(carries),
        };
        const zones = [...new Set(own.instances.map(({ zone }) => lastPart(zone)))];
        const region = zones[0]?.replace(/-[a-z]+$/, '') ?? '';
        const book = openPriceBook(region, await prices.within(pricePatience, region));
        return {
          prefix: resources[0]?.prefix ?? '',
          uuid,
          machines: own.instances.length,
          running: own.instances.filter(({ status }) => status === 'RUNNING').length,
          zones: zones.join(','),
          resources: resources.length,
          // Whose Cloud NAT is whose would take more questions than its cents are worth here.
          costs: estimateCosts(foundMaterials({ region, ...own, nat: false }, now), book),
        };
      }),
    );
    const rows = deployments
      .toSorted((a, b) => a.prefix.localeCompare(b.prefix))
      .map(({ prefix, running, machines: all, zones, costs, resources, uuid }) => [
        prefix,
        `${running} of ${all}`,
        zones,
        `${costs.unknown.length > 0 ? 'over ' : ''}${money(costs.perHour)}`,
        money(costs.spent ?? 0),
        String(resources),
        uuid,
      ]);
    const bases = new Set(deployments.filter(({ costs }) => costs.perHour > 0).map(({ costs }) => costs.basis));
    run.report.output(
      'deployments',
      { project: projectId, deployments },
      rows.length === 0
        ? [`no deployments in project ${projectId}`]
        : [
            ...table([['NAME_PREFIX', 'RUNNING', 'ZONE', 'PER HOUR', 'SPENT', 'RESOURCES', 'ID'], ...rows], run.width),
            ...[...bases].flatMap((basis) => ['', basis]),
          ],
    );
    return 0;
  },
};
