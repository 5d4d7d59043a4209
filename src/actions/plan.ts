import { counted } from '../core/count.ts';
import { table } from '../core/table.ts';
import { newDeployment } from '../deployment/deployment.ts';
import { planCopy } from '../copy/plan.ts';
import { plannedManifest } from '../copy/planned-manifest.ts';
import { estimateCosts } from '../costs/estimate.ts';
import type { Estimate } from '../costs/estimate.ts';
import { plannedMaterials } from '../costs/materials.ts';
import { openPriceBook } from '../costs/price-book.ts';
import { preflight } from '../preflight/preflight.ts';
import { costFacts } from '../report/cost-facts.ts';
import type { Fact } from '../report/description.ts';
import { costMarkdown, markdownTable, plain } from '../report/markdown.ts';
import { bucketNames } from '../terraform/state-bucket.ts';
import { valueOf } from '../terraform/runner.ts';
import type { Action } from './action.ts';
import { machinesOf } from './create.ts';
import { placementFacts } from './placement-facts.ts';
import { findDeployment } from './find-deployment.ts';
import { beginPriceLookup, pricePatience } from './price-lookup.ts';
import { nextCommand } from './next-command.ts';
import { plannedName } from '../deployment/adoption.ts';
import { clusterStack, describeWanted, plannedFiles } from './wanted.ts';
import { localRecordsOf, openSession } from './session.ts';
import { openWorkshop } from './workshop.ts';

/** Plan: every check, and what create would do. Nothing is changed: not even a bucket is made. */
export const plan: Action = {
  name: 'plan',
  looks: true,
  async run(run) {
    await using session = await openSession(run);
    await using prices = beginPriceLookup(session);
    const { options, report } = run;
    const wanted = await describeWanted(run);
    const copied = options.copyDirPath === undefined ? undefined : await planCopy(options.copyDirPath, run.stop);
    const { bucket, known } = await findDeployment(session);
    const machines = await machinesOf(session, known);
    await preflight({ ...session, options, machine: wanted.machine, ...machines }, report);
    Object.assign(wanted, await placementFacts(session, known, machines.existing));

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
    await shop.work.writeStack(await clusterStack(shop, wanted, zone));
    const changes = await report.step(`plan (${zone})`, async () => {
      valueOf(await shop.terraform.init(shop.control()));
      return valueOf(await shop.terraform.plan(shop.control()));
    });
    const planned = valueOf(await shop.terraform.planned(shop.control()));
    const rows = planned
      .filter(({ actions }) => !actions.includes('no-op'))
      .map(({ actions, address, values }) => [actions.join(' and '), address, plannedName(values)]);
    const live = await prices.within(pricePatience, deployment.region);
    const materials = plannedMaterials(options, wanted.machine);
    const costs = estimateCosts(materials, openPriceBook(deployment.region, live), options.maxRunSeconds);
    const money = costFacts(costs, { project: options.projectId, would: true });
    const heading = [['ACTION', 'RESOURCE', 'NAME'], ...rows];
    report.output(
      'plan',
      {
        costs,
        changes,
        resources: rows.map(([action, address, name]) => ({ action, address, name })),
        files: copied && { files: copied.files.length, bytes: copied.bytes },
      },
      [
        '',
        ...(rows.length === 0 ? ['nothing to do'] : table(heading, run.width)),
        ...(copied ? ['', `${counted(copied.files.length, 'file')} would be copied to every machine`] : []),
        '',
        ...table(money.map(({ label, text }) => [label, text])),
        '',
        `to do it: ${nextCommand(run, 'create')}`,
      ],
      planMarkdown(heading, money, costs),
    );
    return 0;
  },
};

function planMarkdown(
  resources: readonly (readonly string[])[],
  money: readonly Fact[],
  { lines }: Estimate,
): string[] {
  const [head = [], ...rows] = resources;
  return [
    '## Plan',
    '',
    ...(rows.length === 0 ? ['Nothing to do.'] : markdownTable(head, ...rows.map((row) => row.map(plain)))),
    '',
    '### Costs',
    '',
    ...markdownTable(['', ''], ...money.map(({ label, text }) => [`**${label}**`, plain(text)])),
    '',
    ...costMarkdown(lines),
  ];
}
