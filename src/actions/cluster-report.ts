import type { MachineType } from '../catalog/machine-types.ts';
import { counted } from '../core/count.ts';
import type { PriceLookup } from '../costs/live-prices.ts';
import { plannedMaterials } from '../costs/materials.ts';
import { getMetadata, lastPart } from '../google/compute-machines.ts';
import { refusedLine } from '../deployment/machine-lines.ts';
import type { GroupFailure, Instance } from '../google/compute-machines.ts';
import { isGoogleError } from '../google/http.ts';
import type { ClusterDescription, Fact } from '../report/description.ts';
import { clusterJson } from '../report/json.ts';
import { clusterMarkdown } from '../report/markdown.ts';
import { clusterText } from '../report/text.ts';
import type { CopiedFiles } from '../../stacks/cluster-input.ts';
import { describeCluster } from './describe-cluster.ts';
import { nextCommand } from './next-command.ts';
import type { Provisioned } from './provision.ts';
import { reportPagePath, writeReportPage } from './report-page.ts';
import type { Workshop } from './workshop.ts';

// Machines whose links are looked up: beyond that the report would be longer than anybody reads.
const mostLinks = 20;

/** What the report is made of, beside what Google says. */
interface Made {
  made: Provisioned;
  files: CopiedFiles | undefined;
  machine: MachineType;
  prices: PriceLookup;
}

/** Tells what there is, how to get in, until when it costs what, and how to take it away. */
export async function reportCluster(shop: Workshop, { made, files, machine, prices }: Made): Promise<void> {
  const { run, deployment } = shop;
  const { options } = run;
  const { changes, zone, machines: said, refused } = made;
  const wanted = options.instanceCount + refused.length;
  const { instances, description } = await describeCluster(shop, {
    of: 'create',
    deployment: { ...deployment, zone },
    wanted,
    said,
    prices,
    planned: plannedMaterials(options, machine),
    until: options.maxRunSeconds && run.clock.now() + options.maxRunSeconds * 1000,
  });
  const [first] = instances;
  const notebooks = await notebookLinks(instances, shop);
  const untouched = changes.add + changes.change + changes.remove === 0;
  const cluster: ClusterDescription = {
    ...description,
    headline: untouched
      ? `nothing to do: ${options.namePrefix} is as the options say, in ${zone}`
      : `${options.namePrefix} is ready in ${zone}${refused.length > 0 ? `, ${said.length} of ${counted(wanted, 'machine')}` : ''}`,
    ...(files && {
      files: { count: files.count, bytes: files.bytes, at: options.copyDestination ?? options.copyDirPath ?? '' },
    }),
    facts: facts(shop, made, notebooks),
    remarks: refused.length > 0 ? [partly(said.length, wanted, refused)] : [],
    commands: {
      ...description.commands,
      ...(first && { enter: nextCommand(run, 'ssh') }),
    },
    links: [...description.links, ...notebooks],
  };
  await writeReportPage(run, cluster);
  run.report.output(
    'cluster',
    { ...clusterJson(cluster), changes, files, refused, bucket: deployment.bucket, page: reportPagePath(run) },
    clusterText(cluster, run.width),
    clusterMarkdown(cluster),
  );
}

function partly(given: number, wanted: number, refused: readonly GroupFailure[]): string {
  const reasons = refusedLine(refused);
  return `${given} of ${counted(wanted, 'machine')}; ${refused.length} refused: ${reasons}; the group goes on asking for them`;
}

function facts(
  { run, deployment }: Workshop,
  { outputs }: Provisioned,
  notebooks: readonly { label: string; url: string }[],
): Fact[] {
  const { serviceAccount, networkConfig, publicIp } = run.options;
  const identity = outputs['service_account'];
  return [
    ...notebooks.map(({ label, url }) => ({ label: 'jupyter', text: `${label.replace('Jupyter on ', '')}: ${url}` })),
    {
      label: 'state',
      text:
        deployment.state === 'bucket'
          ? `gs://${deployment.bucket}/${deployment.folder}/terraform/state`
          : 'in this container: the cluster goes when the container ends',
    },
    {
      label: 'identity',
      text: typeof identity === 'string' ? identity : (serviceAccount ?? 'default compute service account'),
    },
    ...(networkConfig !== 'default_network' || publicIp
      ? []
      : [
          {
            label: 'network',
            text: 'the default network: without an external address the machines reach the internet only where it has Cloud NAT',
          },
        ]),
    { label: 'page', text: reportPagePath(run) },
  ];
}

// The proxy agent of Deep Learning VM images writes the host name of its Jupyter link into the machine's metadata.
async function notebookLinks(
  machines: readonly Instance[],
  { run: { options }, http }: Workshop,
): Promise<{ label: string; url: string }[]> {
  if (!options.enableNotebook || !options.showProxyUrl) return [];
  const links = await Promise.all(
    machines.slice(0, mostLinks).map(async ({ name, zone }) => {
      // A machine that Google has just taken back has no link; the others have.
      const metadata = await getMetadata(http, options.projectId, lastPart(zone), name).catch(gone);
      const host = metadata?.items.find(({ key }) => key === 'proxy-url')?.value;
      return host ? [{ label: `Jupyter on ${name}`, url: `https://${host}` }] : [];
    }),
  );
  return links.flat();
}

function gone(error: unknown): undefined {
  if (!isGoogleError(error, 404)) throw error;
}
