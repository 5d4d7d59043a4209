import { counted } from '../core/count.ts';
import { table } from '../core/table.ts';
import { fail } from '../core/faults.ts';
import { labels } from '../deployment/deployment.ts';
import { lookAtMachines } from '../deployment/readiness.ts';
import type { MachineState } from '../deployment/readiness.ts';
import { readIntent } from '../deployment/intent.ts';
import { getGroup, listInstances } from '../google/compute-machines.ts';
import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { valueOf } from '../terraform/runner.ts';
import { readLock } from '../terraform/lock.ts';
import type { Action } from './action.ts';
import { machineTable } from './cluster-report.ts';
import { findDeployment } from './find-deployment.ts';
import { nextCommand } from './next-command.ts';
import { lockLine } from './unlock.ts';
import { openSession } from './session.ts';
import { openWorkshop } from './workshop.ts';

/** Status: how the machines are and what they say, what has drifted from the state, what Google has taken back. */
export const status: Action = {
  name: 'status',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    const { http } = session;
    const { options, report } = run;
    const { bucket, known } = await findDeployment(session);
    if (!known) {
      report.output('status', { deployment: options.namePrefix, exists: false }, [
        `there is no deployment ${options.namePrefix} in project ${options.projectId}`,
        `to create it: ${nextCommand(run, 'create')}`,
      ]);
      return 0;
    }
    const { deployment, records } = known;
    const { uuid } = deployment;
    const zone = deployment.zone ?? '';
    const group = `${deployment.prefix}-mig`;
    await using shop = await openWorkshop(session, deployment, records);
    const [size, instances, drift, intent, lock] = await Promise.all([
      getGroup(http, options.projectId, zone, group),
      listInstances(http, options.projectId, `labels.${labels.id}=${uuid}`),
      readDrift(shop),
      readIntent(records),
      bucket && readLock(http, { bucket: bucket.name, folder: deployment.folder }),
    ]);
    const said = size
      ? await lookAtMachines({
          ...session,
          deployment: { ...deployment, zone },
          group,
          count: size.targetSize,
          clock: run.clock,
          report,
          stop: run.stop,
          width: run.width,
        })
      : [];
    const lost = instances.filter(({ status: word }) =>
      ['STOPPING', 'STOPPED', 'TERMINATED', 'SUSPENDED'].includes(word),
    );
    const ready = said.filter(({ state }) => state === 'ready').length;
    const lines = [
      `${deployment.prefix} in ${zone}: ${ready} of ${counted(size?.targetSize ?? 0, 'machine')} ready`,
      '',
      ...machineTable(instances, run.width),
      '',
      ...dutyTable(said, run.width),
      ...(lost.length > 0
        ? ['', `taken back by Google or stopped: ${lost.map(({ name }) => name).join(', ')}; create makes new ones`]
        : []),
      ...(drift.length > 0 ? ['', 'changed behind Terraform:', ...drift.map((line) => `  ${line}`)] : ['', 'no drift']),
      ...(intent
        ? ['', `a run of ${intent.action} that began ${intent.started} did not end in good order; run it again`]
        : []),
      ...(lock ? ['', `there is ${lockLine(lock)}`] : []),
    ];
    report.output(
      'status',
      {
        deployment: deployment.prefix,
        uuid,
        zone,
        exists: true,
        wanted: size?.targetSize ?? 0,
        ready,
        machines: said,
        lost: lost.map(({ name }) => name),
        drift,
        intent,
        lock,
      },
      lines,
    );
    return 0;
  },
};

/** What the cloud says otherwise than the state: a refresh-only plan of an empty configuration, which needs no options. */
async function readDrift(shop: Awaited<ReturnType<typeof openWorkshop>>): Promise<string[]> {
  if (shop.deployment.state !== 'bucket') return [];
  await shop.work.writeStack({ configuration: emptyCluster(shop.backend), variables: {} });
  valueOf(await shop.terraform.init(shop.control()));
  const drift = await shop.terraform.drift(shop.control());
  if (!drift.ok)
    throw fail('TERRAFORM_FAILED', {
      verb: 'plan -refresh-only',
      code: 1,
      reason: drift.fault.message,
      log: shop.terraform.log,
    });
  return drift.value.map(({ address, actions }) => `${address} (${actions.includes('delete') ? 'gone' : 'changed'})`);
}

/** Every duty that is not simply done, and how many files each machine has. */
function dutyTable(machines: readonly MachineState[], width: number | undefined): string[] {
  const rows = machines.flatMap(({ name, duties }) =>
    Object.entries(duties)
      .filter(([duty, { state }]) => duty === 'files' || state === 'failed' || state === 'running')
      .map(([duty, { state, code, seconds, detail }]) => [
        name,
        duty,
        state,
        state === 'failed' ? `exit ${code}` : '',
        `${seconds} s`,
        detail,
      ]),
  );
  return rows.length === 0
    ? []
    : table([['MACHINE', 'DUTY', 'STATE', '', 'TIME', 'DETAIL'], ...rows.slice(0, 40)], width);
}
