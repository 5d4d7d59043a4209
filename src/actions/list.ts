import { table } from '../core/table.ts';
import { inventory } from '../deployment/inventory.ts';
import { labels } from '../deployment/deployment.ts';
import { lastPart, listInstances } from '../google/compute-machines.ts';
import type { Action } from './action.ts';
import { openSession } from './session.ts';

/** List: every deployment of the project, by what its resources carry, so that one without a state is seen too. */
export const list: Action = {
  name: 'list',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    const { projectId } = run.options;
    const [found, machines] = await Promise.all([
      inventory(session.http, projectId),
      listInstances(session.http, projectId, `labels.${labels.id}:*`),
    ]);
    const deployments = [...Map.groupBy(found, ({ uuid }) => uuid)].map(([uuid, resources]) => {
      const own = machines.filter((machine) => machine.labels[labels.id] === uuid);
      return {
        prefix: resources[0]?.prefix ?? '',
        uuid,
        machines: own.length,
        running: own.filter(({ status }) => status === 'RUNNING').length,
        zones: [...new Set(own.map(({ zone }) => lastPart(zone)))].join(','),
        resources: resources.length,
      };
    });
    const rows = deployments
      .toSorted((a, b) => a.prefix.localeCompare(b.prefix))
      .map((one) => [one.prefix, `${one.running} of ${one.machines}`, one.zones, String(one.resources), one.uuid]);
    run.report.output(
      'deployments',
      { project: projectId, deployments },
      rows.length === 0
        ? [`no deployments in project ${projectId}`]
        : table([['NAME_PREFIX', 'RUNNING', 'ZONE', 'RESOURCES', 'ID'], ...rows], run.width),
    );
    return 0;
  },
};
