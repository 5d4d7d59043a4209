import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { refusedLine } from '../deployment/machine-lines.ts';
import { lookAtMachines } from '../deployment/readiness.ts';
import { readIntent } from '../deployment/intent.ts';
import { readLease } from '../deployment/lease.ts';
import { getGroup } from '../google/compute-machines.ts';
import { emptyCluster } from '../../stacks/empty-cluster.ts';
import { valueOf } from '../terraform/runner.ts';
import { readLock } from '../terraform/lock.ts';
import type { ClusterDescription } from '../report/description.ts';
import { clusterJson } from '../report/json.ts';
import { clusterMarkdown } from '../report/markdown.ts';
import { clusterText } from '../report/text.ts';
import type { Action } from './action.ts';
import { describeCluster } from './describe-cluster.ts';
import { findDeployment } from './find-deployment.ts';
import { nextCommand } from './next-command.ts';
import { beginPriceLookup } from './price-lookup.ts';
import { reportPagePath, writeReportPage } from './report-page.ts';
import { lockLine } from './unlock.ts';
import { openSession } from './session.ts';
import { openWorkshop } from './workshop.ts';

/** Status: how the machines are and what they say, what has drifted from the state, what Google has taken back. */
export const status: Action = {
  name: 'status',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    await using prices = beginPriceLookup(session);
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
    const zone = deployment.zone ?? '';
    const group = `${deployment.prefix}-mig`;
    await using shop = await openWorkshop(session, deployment, records);
    const turn = bucket && (await readLease(http, { bucket: bucket.name, folder: deployment.folder }));
    const [size, drift, intent, lock] = await Promise.all([
      getGroup(http, options.projectId, zone, group),
      // While a run is at work the state is behind, and the work directory may be its own.
      turn?.alive ? undefined : readDrift(shop),
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
    const { instances, description } = await describeCluster(session, {
      of: 'status',
      deployment: { ...deployment, zone },
      wanted: size?.targetSize ?? 0,
      said,
      prices,
    });
    const lost = instances.filter(({ status: word }) =>
      ['STOPPING', 'STOPPED', 'TERMINATED', 'SUSPENDED'].includes(word),
    );
    const refused = said.flatMap(({ refusal }) => (refusal ? [refusal] : []));
    const running = instances.find(({ status: word }) => word === 'RUNNING');
    const ready = said.filter(({ state }) => state === 'ready').length;
    const cluster: ClusterDescription = {
      ...description,
      headline: `${deployment.prefix} in ${zone}: ${ready} of ${counted(size?.targetSize ?? 0, 'machine')} ready`,
      facts: [
        ...(drift?.length === 0 ? [{ label: 'drift', text: 'none' }] : []),
        { label: 'page', text: reportPagePath(run) },
      ],
      remarks: [
        ...(lost.length > 0
          ? [`taken back by Google or stopped: ${lost.map(({ name }) => name).join(', ')}; create makes new ones`]
          : []),
        ...(refused.length > 0
          ? [`${counted(refused.length, 'machine')} refused by Google, and asked for again: ${refusedLine(refused)}`]
          : []),
        ...(drift ?? []).map((line) => `changed behind Terraform: ${line}`),
        ...(turn?.alive ? [`at work on it: ${turn.action} of ${turn.who}, since ${turn.since}`] : []),
        ...(intent && !turn?.alive
          ? [`a run of ${intent.action} that began ${intent.started} did not end in good order; run it again`]
          : []),
        ...(lock ? [`there is ${lockLine(lock)}`] : []),
      ],
      commands: {
        ...description.commands,
        ...(running && { enter: nextCommand(run, 'ssh') }),
      },
    };
    await writeReportPage(run, cluster);
    report.output(
      'status',
      {
        ...clusterJson(cluster),
        exists: true,
        lost: lost.map(({ name }) => name),
        refused,
        drift,
        intent,
        lock,
        turn,
        page: reportPagePath(run),
      },
      clusterText(cluster, run.width),
      clusterMarkdown(cluster),
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
