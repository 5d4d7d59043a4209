import { counted } from '../core/count.ts';
import { duration } from '../core/duration.ts';
import type { CostLine } from '../costs/estimate.ts';
import type { ClusterDescription, DescribedMachine } from './description.ts';
import { moment } from './moment.ts';
import { money, unitPrice } from './money.ts';
import { allFacts } from './text.ts';

// More rows than that make the summary of a CI job unreadable.
const mostMachines = 50;

/** The description as GitHub-flavoured Markdown, for the summary of a CI job. */
export function clusterMarkdown(cluster: ClusterDescription): string[] {
  const { headline, machines, networks, commands, costs, remarks, links, at } = cluster;
  const facts = allFacts(cluster).filter(({ label }) => !['get in', 'look', 'take away'].includes(label));
  return [
    `## ${plain(headline)}`,
    '',
    ...remarks.flatMap((remark) => [`> ${plain(remark.trim())}`, '']),
    ...(commands.enter === undefined ? [] : ['Get in:', '', ...fenced(commands.enter), '']),
    ...markdownTable(['', ''], ...facts.map(({ label, text }) => [`**${plain(label)}**`, plain(text)])),
    '',
    `### ${counted(machines.length, 'machine')}`,
    '',
    ...markdownTable(
      ['machine', 'status', 'type', 'internal', 'external', 'duties'],
      ...machines.slice(0, mostMachines).map(machineRow),
    ),
    ...(machines.length > mostMachines ? ['', `and ${machines.length - mostMachines} more`] : []),
    '',
    ...(networks.length === 0
      ? []
      : [
          '### Networks',
          '',
          ...markdownTable(
            ['network', 'MTU', 'subnetwork', 'range', 'interfaces'],
            ...networks.flatMap(({ name, mtu, subnetworks }) =>
              subnetworks.map(({ name: sub, range, interfaces }) => [
                plain(name),
                mtu === undefined ? '' : String(mtu),
                plain(sub),
                plain(range),
                interfaces.map((index) => `nic${index}`).join(', '),
              ]),
            ),
          ),
          '',
        ]),
    '### Costs',
    '',
    ...costMarkdown(costs.lines),
    '',
    ...links.map(({ label, url }) => `* [${plain(label)}](${url})`),
    ...(links.length > 0 ? [''] : []),
    'Take it away:',
    '',
    ...fenced(commands.destroy),
    '',
    `_As it was at ${moment(at)}._`,
  ];
}

/** The lines of an estimate as a Markdown table. */
export function costMarkdown(lines: readonly CostLine[]): string[] {
  return markdownTable(
    ['what', 'count', 'unit price', 'per hour'],
    ...lines.map(({ what, count, unit, unitPrice: price, per, perHour }) => [
      plain(what),
      unit === 'GB' ? `${count} GB` : String(count),
      `${plain(unitPrice(price))} per ${unit} and ${per}`,
      plain(money(perHour)),
    ]),
  );
}

/** `text` as Markdown that says just that, whatever is in it. */
export function plain(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_{}[\]|~#$]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function machineRow({ name, status, type, internal, external, duties }: DescribedMachine): string[] {
  const told = Object.entries(duties)
    .filter(([, { state }]) => state !== 'skipped')
    .map(([duty, { state, code, seconds }]) =>
      state === 'done'
        ? `${duty} ${duration(seconds)}`
        : `${duty} ${state}${state === 'failed' ? ` (exit ${code})` : ''}`,
    );
  return [name, status, type, internal, external, told.join(', ')].map(plain);
}

/** A table of cells that are Markdown already. */
export function markdownTable(head: readonly string[], ...body: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [row(head), row(head.map(() => '---')), ...body.map(row)];
}

/** A block of code whose fence is longer than any in it. */
function fenced(code: string): string[] {
  const longest = Math.max(2, ...[...code.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, code, fence];
}
