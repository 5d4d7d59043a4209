import { table } from '../core/table.ts';
import { newDeployment } from '../deployment/deployment.ts';
import { readDeployment } from '../deployment/record.ts';
import { planCopy } from '../copy/plan.ts';
import { preflight } from '../preflight/preflight.ts';
import { findStateBucket } from '../terraform/state-bucket.ts';
import { valueOf } from '../terraform/runner.ts';
import type { Action } from './action.ts';
import { describeWanted } from './create.ts';
import { nextCommand } from './next-command.ts';
import { clusterStack, plannedFiles } from './provision.ts';
import { openRecords, openSession } from './session.ts';
import { openWorkshop } from './workshop.ts';

/** Plan: every check, and what create would do. Nothing is changed: not even a bucket is made. */
export const plan: Action = {
  name: 'plan',
  async run(run) {
    await using session = await openSession(run);
    const { options, report } = run;
    const wanted = await describeWanted(run);
    const bucket = await findStateBucket(session.http, options);
    const record = bucket && (await readDeployment(openRecords(session, bucket.name)));
    await preflight(
      {
        ...session,
        options,
        machine: wanted.machine,
        existing: record?.machines ?? 0,
        zone: record?.zone,
        signal: run.stop,
      },
      report,
    );
    const copied = options.copyDirPath === undefined ? undefined : await planCopy(options.copyDirPath, run.stop);

    // Without a state in a bucket there is nothing to compare with: everything is planned into an empty local state.
    const fresh = newDeployment(
      { ...options, cleanupOnExit: record === undefined },
      bucket && { name: bucket.name, made: false },
    );
    const deployment = record ? { ...fresh, uuid: record.uuid, zone: record.zone } : fresh;
    await using shop = await openWorkshop(session, deployment, openRecords(session, bucket?.name));
    const zone = record?.zone ?? options.zones[0] ?? '';
    wanted.files = copied && plannedFiles(deployment, copied);
    await shop.work.writeStack(clusterStack(shop, wanted, zone));
    const changes = await report.step(`plan (${zone})`, async () => {
      valueOf(await shop.terraform.init(shop.control()));
      return valueOf(await shop.terraform.plan(shop.control()));
    });
    const planned = valueOf(await shop.terraform.planned(shop.control()));
    const rows = planned
      .filter(({ actions }) => !actions.includes('no-op'))
      .map(({ actions, address, values }) => [actions.join(' and '), address, String(values['name'] ?? '')]);
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
        ...(copied ? ['', `${copied.files.length} files would be copied to every machine`] : []),
        '',
        `to do it: ${nextCommand(run, 'create')}`,
      ],
    );
    return 0;
  },
};
