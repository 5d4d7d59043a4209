import { counted } from '../core/count.ts';
import { table } from '../core/table.ts';
import { newDeployment } from '../deployment/deployment.ts';
import { planCopy } from '../copy/plan.ts';
import { plannedManifest } from '../copy/planned-manifest.ts';
import { preflight } from '../preflight/preflight.ts';
import { bucketNames } from '../terraform/state-bucket.ts';
import { valueOf } from '../terraform/runner.ts';
import type { Action } from './action.ts';
import { machinesOf } from './create.ts';
import { findDeployment } from './find-deployment.ts';
import { nextCommand } from './next-command.ts';
import { plannedName } from './provision.ts';
import { clusterStack, describeWanted, plannedFiles } from './wanted.ts';
import { localRecordsOf, openSession } from './session.ts';
import { openWorkshop } from './workshop.ts';

/** Plan: every check, and what create would do. Nothing is changed: not even a bucket is made. */
export const plan: Action = {
  name: 'plan',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    const { options, report } = run;
    const wanted = await describeWanted(run);
    const copied = options.copyDirPath === undefined ? undefined : await planCopy(options.copyDirPath, run.stop);
    const { bucket, known } = await findDeployment(session);
    await preflight({ ...session, options, machine: wanted.machine, ...(await machinesOf(session, known)) }, report);

    // What does not exist yet has no state to compare with: all of it is planned into an empty local one.
    const [name = ''] = bucketNames(options.projectId, '', options.region);
    const { deployment, records } = known ?? {
      deployment: newDeployment({ ...options, cleanupOnExit: true }, bucket ?? { name, made: false }),
      records: localRecordsOf(session),
    };
    await using shop = await openWorkshop(session, deployment, records);
    const zone = deployment.zone ?? options.zones[0] ?? '';
    wanted.files = copied && plannedFiles(deployment, copied);
    // Only a cluster that exists has files to compare with.
    if (copied && wanted.files && known) {
      const directory = `${deployment.folder}/files`;
      Object.assign(wanted.files, await plannedManifest(copied, directory, { clock: run.clock, signal: run.stop }));
    }
    await shop.work.writeStack(clusterStack(shop, wanted, zone));
    const changes = await report.step(`plan (${zone})`, async () => {
      valueOf(await shop.terraform.init(shop.control()));
      return valueOf(await shop.terraform.plan(shop.control()));
    });
    const planned = valueOf(await shop.terraform.planned(shop.control()));
    const rows = planned
      .filter(({ actions }) => !actions.includes('no-op'))
      .map(({ actions, address, values }) => [actions.join(' and '), address, plannedName(values)]);
    report.output(
      'plan',
      {
        changes,
        resources: rows.map(([action, address, name]) => ({ action, address, name })),
        files: copied && { files: copied.files.length, bytes: copied.bytes },
      },
      [
        '',
        ...(rows.length === 0 ? ['nothing to do'] : table([['ACTION', 'RESOURCE', 'NAME'], ...rows], run.width)),
        ...(copied ? ['', `${counted(copied.files.length, 'file')} would be copied to every machine`] : []),
        '',
        `to do it: ${nextCommand(run, 'create')}`,
      ],
    );
    return 0;
  },
};
