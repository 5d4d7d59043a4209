import { fail } from '../core/faults.ts';
import { suggest } from '../core/suggest.ts';
import { labels } from '../deployment/deployment.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { listInstances } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { findDeployment } from './find-deployment.ts';
import { nextCommand } from './next-command.ts';
import type { Session } from './session.ts';

/** The machines of the deployment that the options name, in order of their names. */
export interface FoundMachines {
  deployment: Deployment;
  machines: Instance[];
  /** How many it was last asked to have. */
  wanted: number;
}

/** Looks for the machines of the deployment. Throws NO_DEPLOYMENT. */
export async function findMachines(session: Session): Promise<FoundMachines> {
  const { run, http } = session;
  const { projectId, namePrefix } = run.options;
  const { known } = await findDeployment(session);
  if (!known) {
    const command = nextCommand(run, 'create');
    throw fail('NO_DEPLOYMENT', { deployment: namePrefix, project: projectId, command });
  }
  const { deployment, machines: wanted } = known;
  const machines = await listInstances(http, projectId, `labels.${labels.id}=${deployment.uuid}`);
  return { deployment, machines, wanted };
}

/** The machine called `name`. Throws MACHINE_UNKNOWN with the names that there are. */
export function machineNamed({ deployment, machines }: FoundMachines, name: string): Instance {
  const found = machines.find((machine) => machine.name === name);
  if (found) return found;
  const names = machines.map((machine) => machine.name);
  const meant = suggest(name, names);
  const others = names.filter((other) => other !== meant).slice(0, 9);
  throw fail('MACHINE_UNKNOWN', {
    machine: name,
    deployment: deployment.prefix,
    machines:
      [...(meant === undefined ? [] : [`${meant} (did you mean that?)`]), ...others].join(', ') || 'it has none',
  });
}
