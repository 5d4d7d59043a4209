import { counted } from '../core/count.ts';
import { duration } from '../core/duration.ts';
import { table } from '../core/table.ts';
import { labels } from '../deployment/deployment.ts';
import { getMetadata, lastPart, listInstances } from '../google/compute-machines.ts';
import type { Instance } from '../google/compute-machines.ts';
import { isGoogleError } from '../google/http.ts';
import type { CopiedFiles } from '../../stacks/cluster-input.ts';
import { nextCommand } from './next-command.ts';
import type { Provisioned } from './provision.ts';
import type { Workshop } from './workshop.ts';

// Above this many machines the table of the report would be longer than anybody reads.
const mostRows = 20;

/** Tells what there is, how to get in, until when it costs what, and how to take it away. */
export async function reportCluster(shop: Workshop, made: Provisioned, files: CopiedFiles | undefined): Promise<void> {
  const { run, http, deployment } = shop;
  const { options } = run;
  const filter = `labels.${labels.id}=${deployment.uuid}`;
  const machines = await listInstances(http, options.projectId, filter);
  const [first] = machines;
  const untouched = made.changes.add + made.changes.change + made.changes.remove === 0;
  const lines: string[] = [
    '',
    untouched
      ? `nothing to do: ${options.namePrefix} is as the options say, in ${made.zone}`
      : `${options.namePrefix} is ready in ${made.zone}`,
    '',
    ...machineTable(machines, run.width),
    '',
    ...table(
      [
        first && ['get in', sshCommand(first, options.projectId, options.publicIp)],
        ...(await notebookLinks(machines, shop)),
        files && [
          'files',
          `${counted(files.count, 'file')} (${bytes(files.bytes)}) at ${options.copyDestination ?? options.copyDirPath} on every machine`,
        ],
        deployment.state === 'bucket'
          ? ['state', `gs://${deployment.bucket}/${deployment.folder}/terraform/state`]
          : ['state', 'in this container: the cluster goes when the container ends'],
        [
          'identity',
          text(made.outputs['service_account']) ?? options.serviceAccount ?? 'default compute service account',
        ],
        ...reach(shop),
        ['costs', costLine(shop, machines)],
        ['look', nextCommand(run, 'status')],
        ['take away', nextCommand(run, 'destroy')],
      ].filter((row) => Array.isArray(row)),
    ),
  ];
  run.report.output(
    'cluster',
    {
      deployment: deployment.prefix,
      uuid: deployment.uuid,
      zone: made.zone,
      changes: made.changes,
      machines: machines.map((machine) => ({ name: machine.name, status: machine.status, ...addresses(machine) })),
      files,
      bucket: deployment.bucket,
      destroy: nextCommand(run, 'destroy'),
    },
    lines,
  );
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A row for each machine: name, status, addresses; the first twenty when there are more. */
export function machineTable(machines: readonly Instance[], width: number | undefined): string[] {
  const rows = machines.slice(0, mostRows).map((machine) => {
    const { internal, external } = addresses(machine);
    return [machine.name, machine.status, lastPart(machine.machineType), internal, external];
  });
  const more = machines.length > mostRows ? [`and ${machines.length - mostRows} more`] : [];
  return [...table([['MACHINE', 'STATUS', 'TYPE', 'INTERNAL', 'EXTERNAL'], ...rows], width), ...more];
}

/** The command that opens a shell on a machine: through IAP where it has no external address. */
function sshCommand(machine: Instance, project: string, publicIp: boolean): string {
  const way = publicIp ? '' : ' --tunnel-through-iap';
  return `gcloud compute ssh ${machine.name} --project ${project} --zone ${lastPart(machine.zone)}${way}`;
}

function addresses(machine: Instance): { internal: string; external: string } {
  const [nic] = machine.networkInterfaces;
  return { internal: nic?.networkIP ?? '', external: nic?.accessConfigs[0]?.natIP ?? '' };
}

// The proxy agent of Deep Learning VM images writes the host name of its Jupyter link into the machine's metadata.
async function notebookLinks(machines: readonly Instance[], { run: { options }, http }: Workshop): Promise<string[][]> {
  if (!options.enableNotebook || !options.showProxyUrl) return [];
  const links = await Promise.all(
    machines.slice(0, mostRows).map(async ({ name, zone }) => {
      // A machine that Google has just taken back has no link; the others have.
      const metadata = await getMetadata(http, options.projectId, lastPart(zone), name).catch(gone);
      const link = metadata?.items.find(({ key }) => key === 'proxy-url')?.value;
      return link ? [['jupyter', `${name}: https://${link}`]] : [];
    }),
  );
  return links.flat();
}

function gone(error: unknown): undefined {
  if (!isGoogleError(error, 404)) throw error;
}

function reach({ run: { options } }: Workshop): string[][] {
  if (options.networkConfig !== 'default_network' || options.publicIp) return [];
  return [
    [
      'network',
      'the default network: without an external address the machines reach the internet only where it has Cloud NAT',
    ],
  ];
}

function costLine({ run }: Workshop, machines: readonly Instance[]): string {
  const { maxRunSeconds, projectId } = run.options;
  const who = `project ${projectId} pays for ${counted(machines.length, 'machine')}`;
  if (maxRunSeconds === undefined) return `${who} until destroyed (MAX_RUN_DURATION sets an end)`;
  const end = new Date(run.clock.now() + maxRunSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return `${who} until ${end} UTC at the latest, when Google deletes ${machines.length === 1 ? 'it' : 'them'} (${duration(maxRunSeconds)})`;
}

/** `1.2 MB`, in powers of 1,000. */
export function bytes(count: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
