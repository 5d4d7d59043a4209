import { duration } from '../core/duration.ts';
import { notEstimated } from '../costs/estimate.ts';
import type { Estimate } from '../costs/estimate.ts';
import type { Fact } from './description.ts';
import { moment } from './moment.ts';
import { money } from './money.ts';

/** Who pays how much, until when, and what kind of figures these are. `would` = nothing has been made yet. */
export function costFacts(
  costs: Estimate,
  { project, until, would = false }: { project: string; until?: number | undefined; would?: boolean },
): Fact[] {
  const { unknown, spent, source } = costs;
  const nothingKnown = costs.lines.length === 0 && unknown.length > 0;
  return [
    { label: 'costs', text: nothingKnown ? `project ${project} pays` : mainLine(costs, project, until, would) },
    ...(spent === undefined ? [] : [{ label: 'spent', text: `about ${money(spent)} so far` }]),
    ...(source === undefined ? [] : [{ label: 'estimate', text: source }]),
    { label: 'not in it', text: [...unknown.map((what) => `${what} (no list price known)`), notEstimated].join('; ') },
  ];
}

function mainLine(
  { perHour, perDay, limit }: Estimate,
  project: string,
  until: number | undefined,
  would: boolean,
): string {
  const who = would ? `would cost project ${project} about` : `project ${project} pays about`;
  if (!limit)
    return `${who} ${money(perHour)}/h (${money(perDay)} a day) until it is destroyed; MAX_RUN_DURATION sets an end`;
  const end = until === undefined ? `for ${duration(limit.seconds)} at most` : `until ${moment(until)} at the latest`;
  const stays =
    limit.staysPerHour >= 0.01 ? `; what stays then costs ${money(limit.staysPerHour)}/h until it is destroyed` : '';
  return `${who} ${money(perHour)}/h ${end}, when Google deletes the machines: ${money(limit.most)} at most${stays}`;
}
