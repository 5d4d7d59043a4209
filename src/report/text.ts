import { counted } from '../core/count.ts';
import { table } from '../core/table.ts';
import { bytes } from './bytes.ts';
import { costFacts } from './cost-facts.ts';
import type { ClusterDescription, DescribedMachine, Fact } from './description.ts';

// Above this many rows a table would be longer than anybody reads.
const mostMachines = 20;
const mostDuties = 40;

/** The description for a terminal of `width` columns; undefined = a file or a pipe, where nothing is cut. */
export function clusterText(cluster: ClusterDescription, width: number | undefined): string[] {
  const { headline, machines, remarks } = cluster;
  const duties = dutyTable(cluster, width);
  return [
    ...(cluster.of === 'create' ? [''] : []),
    headline,
    '',
    ...machineTable(machines, width),
    '',
    ...duties,
    ...(duties.length > 0 ? [''] : []),
    ...table(allFacts(cluster).map(({ label, text }) => [label, text])),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
  ];
}

/** Every fact in the order of a report: how to get in first, how to take it away last. */
export function allFacts(cluster: ClusterDescription): Fact[] {
  const { commands, files, facts, costs, deployment, until, of } = cluster;
  return [
    ...(commands.enter === undefined ? [] : [{ label: 'get in', text: commands.enter }]),
    ...(files
      ? [
          {
            label: 'files',
            text: `${counted(files.count, 'file')} (${bytes(files.bytes)}) at ${files.at} on every machine`,
          },
        ]
      : []),
    ...facts,
    ...costFacts(costs, { project: deployment.project, until }),
    ...(of === 'create' ? [{ label: 'look', text: commands.status }] : []),
    { label: 'take away', text: commands.destroy },
  ];
}

/** A row for each machine: name, status, addresses; the first twenty when there are more. */
function machineTable(machines: readonly DescribedMachine[], width: number | undefined): string[] {
  const rows = machines
    .slice(0, mostMachines)
    .map(({ name, status, type, internal, external }) => [name, status, type, internal, external]);
  const more = machines.length > mostMachines ? [`and ${machines.length - mostMachines} more`] : [];
  return [...table([['MACHINE', 'STATUS', 'TYPE', 'INTERNAL', 'EXTERNAL'], ...rows], width), ...more];
}

/** Every duty that is not simply done; in a status also how many files each machine has. */
function dutyTable({ machines, of }: ClusterDescription, width: number | undefined): string[] {
  const rows = machines.flatMap(({ name, duties }) =>
    Object.entries(duties)
      .filter(([duty, { state }]) => (duty === 'files' && of === 'status') || state === 'failed' || state === 'running')
      .map(([duty, { state, code, seconds, detail }]) => [
        name,
        duty,
        state,
        state === 'failed' ? `exit ${code}` : '',
        `${seconds} s`,
        detail,
      ]),
  );
  if (rows.length === 0) return [];
  return table([['MACHINE', 'DUTY', 'STATE', '', 'TIME', 'DETAIL'], ...rows.slice(0, mostDuties)], width);
}
