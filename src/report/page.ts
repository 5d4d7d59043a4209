import { createHash } from 'node:crypto';

import { counted } from '../core/count.ts';
import { duration } from '../core/duration.ts';
import type { ClusterDescription, DescribedMachine } from './description.ts';
import { Markup, markup } from './markup.ts';
import { moment } from './moment.ts';
import { money, unitPrice } from './money.ts';
import { pageScript } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { clusterPicture } from './picture.ts';
import { allFacts } from './text.ts';

// Beyond this many rows a page is slow on a phone.
const mostMachines = 500;

/** The description as a page of its own: one file, which asks nobody for anything and lets nothing else run in it. */
export function clusterPage(cluster: ClusterDescription): string {
  const { headline, deployment, remarks, commands, at, links, machines } = cluster;
  const picture = clusterPicture(cluster);
  const policy = [
    "default-src 'none'",
    `style-src '${hashOf(pageStyle)}'`,
    `script-src '${hashOf(pageScript)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${deployment.prefix}: ${counted(machines.length, 'machine')} in ${deployment.zone}</title>
<style>${new Markup(pageStyle)}</style>
</head>
<body>
<main>
<h1>${headline}</h1>
<p class="soft">project ${deployment.project}, id ${deployment.uuid}, as it was at ${moment(at)}</p>
${remarks.map((remark) => markup`<p class="remark">${remark.trim()}</p>`)}
${commands.enter !== undefined && markup`<h2>Get in</h2>\n${command('enter', commands.enter)}`}
<h2>Costs</h2>
${costSection(cluster)}
${picture && markup`<h2>Picture</h2>\n${picture}`}
<h2>Machines</h2>
${machineTable(machines)}
<h2>More</h2>
<table class="stack"><tbody>
${furtherFacts(cluster).map(({ label, text }) => markup`<tr><th scope="row">${label}</th><td>${text}</td></tr>\n`)}</tbody></table>
${links.length > 0 && markup`<h2>Links</h2>\n<ul class="links">${links.map(linkItem)}</ul>`}
<h2>Take it away</h2>
${command('destroy', commands.destroy)}
</main>
<script>${new Markup(pageScript)}</script>
</body>
</html>
`.text;
}

function costSection({ costs }: ClusterDescription): Markup {
  const { lines, perHour, perDay, limit, spent, unknown, basis } = costs;
  const most = limit && ` ${money(limit.most)} at most until its end.`;
  return markup`<p class="sum">about ${money(perHour)} an hour</p>
<p>${money(perDay)} a day.${most}${spent !== undefined && ` About ${money(spent)} spent so far.`}</p>
${unknown.length > 0 && markup`<p class="bad">No list price known for ${unknown.join('; ')}: not in these sums.</p>`}
<table class="stack"><thead><tr><th>what</th><th class="number">count</th><th class="number">unit price</th><th class="number">per hour</th></tr></thead><tbody>
${lines.map(
  ({ what, count, unit, unitPrice: price, per, perHour: hourly }) =>
    markup`<tr><td data-label="what">${what}</td><td class="number" data-label="count">${count}${unit === 'GB' && ' GB'}</td><td class="number" data-label="unit price">${unitPrice(price)} per ${unit} and ${per}</td><td class="number" data-label="per hour">${money(hourly)}</td></tr>\n`,
)}</tbody></table>
<p class="soft">${basis}.</p>`;
}

function machineTable(machines: readonly DescribedMachine[]): Markup {
  const hidden = machines.length - mostMachines;
  return markup`<table class="stack"><thead><tr><th>machine</th><th>status</th><th>type</th><th>internal</th><th>external</th><th>duties</th></tr></thead><tbody>
${machines
  .slice(0, mostMachines)
  .map(
    ({ name, status, type, internal, external, duties }) =>
      markup`<tr><td data-label="machine">${name}</td><td data-label="status" class="${status === 'RUNNING' ? 'good' : 'bad'}">${status}</td><td data-label="type">${type}</td><td data-label="internal">${internal}</td><td data-label="external">${external}</td><td data-label="duties">${dutyWords(duties)}</td></tr>\n`,
  )}</tbody></table>
${hidden > 0 && markup`<p>and ${hidden} more</p>`}`;
}

function dutyWords(duties: DescribedMachine['duties']): string {
  return Object.entries(duties)
    .filter(([, { state }]) => state !== 'skipped')
    .map(([duty, { state, code, seconds, detail }]) => {
      const end = state === 'done' ? duration(seconds) : state === 'failed' ? `failed with ${code}` : state;
      return `${duty}: ${end}${detail === '' ? '' : ` (${detail})`}`;
    })
    .join(', ');
}

/** What has no place of its own on the page. */
function furtherFacts(cluster: ClusterDescription): readonly { label: string; text: string }[] {
  const elsewhere = ['get in', 'take away', 'estimate', 'spent', 'not in it'];
  return allFacts(cluster).filter(({ label }) => !elsewhere.includes(label));
}

function command(id: string, text: string): Markup {
  return markup`<div class="command"><code id="${id}">${text}</code><button type="button" data-copy="${id}" hidden>Copy</button></div>`;
}

function linkItem({ label, url }: { label: string; url: string }): Markup | undefined {
  // A link is the one place where a text could do more than be read.
  if (!/^https:\/\/[^\s"'<>]+$/.test(url)) return undefined;
  return markup`<li><a href="${url}" rel="noreferrer">${label}</a></li>`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
