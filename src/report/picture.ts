import { counted } from '../core/count.ts';
import type { ClusterDescription, DescribedMachine, DescribedNetwork } from './description.ts';
import { markup } from './markup.ts';
import type { Markup } from './markup.ts';

// Units of the drawing; it is 360 wide, so that its letters can be read on a phone.
const width = 360;
const margin = 8;
const mostMachines = 3;
const mostSubnetworks = 2;
const letter = 5.6;

/**
 * The cluster as a picture: who reaches it how, its machines (the first ones, the others counted) with their interfaces
 * in each network, and what they mount. Answers nothing where there is nothing to draw.
 */
export function clusterPicture(cluster: ClusterDescription): Markup | undefined {
  const { machines, networks } = cluster;
  if (networks.length === 0) return undefined;
  const shown = machines.slice(0, mostMachines);
  const places = shown.map((_, place) => margin + 52 + place * 112);
  const top = drawOutside(cluster);
  const below = 100;
  const rows = networks.map((network, place) => drawNetwork(network, place, below + place * 50, shown, places));
  const end = below + networks.length * 50;
  const stores = drawStores(cluster, end + 6);
  const height = stores.end + margin;
  const title = `${counted(machines.length, 'machine')} of ${cluster.deployment.prefix} in ${counted(networks.length, 'network')}`;
  return markup`<svg class="picture" role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">
${top}
${shown.map((machine, place) => drawMachine(machine, places[place] ?? 0, end - 12))}
${machines.length > shown.length && text(width - margin, 94, `and ${machines.length - shown.length} more`, 'small', 'end')}
${rows}
${stores.drawing}
</svg>`;
}

function drawOutside({ wayIn, wayOut }: ClusterDescription): Markup {
  const out = wayOut === 'none of ours' ? 'no way out of ours' : `out: ${wayOut}`;
  return markup`<rect class="box" x="${margin}" y="4" width="${width - 2 * margin}" height="22" rx="4"/>
${text(margin + 8, 19, 'internet')}
<path class="wire" d="M120 26 v14 m-4 -6 l4 6 l4 -6"/>${text(126, 37, `ssh: ${wayIn}`, 'small')}
<path class="wire" d="M236 40 v-14 m-4 6 l4 -6 l4 6"/>${text(242, 37, out, 'small')}`;
}

function drawMachine({ name, type }: DescribedMachine, x: number, end: number): Markup {
  return markup`<path class="wire" d="M${x} 84 V${end}"/>
<rect class="box" x="${x - 52}" y="44" width="104" height="40" rx="4"/>
${text(x, 60, cut(name, 98), undefined, 'middle')}
${text(x, 75, cut(type, 98), 'small', 'middle')}`;
}

/** A network: its name and MTU, its ranges, and a line with a dot for the interfaces of each machine. */
function drawNetwork(
  { name, mtu, rdma, subnetworks }: DescribedNetwork,
  place: number,
  y: number,
  machines: readonly DescribedMachine[],
  places: readonly number[],
): Markup {
  const kind = place === 0 ? 'first' : 'gpu';
  const about = [mtu === undefined ? 'MTU set by Google' : `MTU ${mtu}`, ...(rdma ? ['RDMA'] : [])].join(', ');
  const ranges = subnetworks.slice(0, mostSubnetworks).map(({ range }) => range);
  const more = subnetworks.length > mostSubnetworks ? [`and ${subnetworks.length - mostSubnetworks} more`] : [];
  const interfaces = subnetworks.flatMap(({ interfaces }) => interfaces).toSorted((a, b) => a - b);
  const line = y + 38;
  return markup`<rect class="paper" x="${margin}" y="${y + 4}" width="${width - 2 * margin}" height="28"/>
${text(margin, y + 15, cut(name, 200))}${text(width - margin, y + 15, about, 'small', 'end')}
${text(margin, y + 28, cut([...ranges, ...more].join(', '), 240), 'small')}${text(width - margin, y + 28, nicsOf(interfaces), 'small', 'end')}
<path class="bus ${kind}" d="M${margin} ${line} H${width - margin}"/>
${machines.map((_, at) => markup`<circle class="${kind}" cx="${places[at]}" cy="${line}" r="4.5"/>`)}`;
}

function nicsOf(interfaces: readonly number[]): string {
  const [first, last] = [interfaces[0], interfaces.at(-1)];
  if (first === undefined) return '';
  return first === last ? `nic${first}` : `nic${first} to nic${last}`;
}

function drawStores({ shares, mounts }: ClusterDescription, y: number): { drawing: Markup[]; end: number } {
  const stores = [
    ...shares.map(({ source, path, tier, sizeGb }) => ({
      title: tier === undefined ? `NFS ${source}` : `Filestore ${tier}, ${sizeGb ?? 0} GB`,
      path,
    })),
    ...mounts.map(({ bucket, path }) => ({ title: `gs://${bucket}`, path })),
  ];
  const drawing = stores.map(({ title, path }, place) => {
    const top = y + place * 28;
    return markup`<rect class="box store" x="${margin}" y="${top}" width="${width - 2 * margin}" height="22" rx="4"/>
${text(margin + 8, top + 15, cut(title, 200))}${text(width - margin - 8, top + 15, cut(path, 120), 'small', 'end')}`;
  });
  return { drawing, end: y + stores.length * 28 };
}

function text(
  x: number,
  y: number,
  words: string,
  kind?: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
): Markup {
  return markup`<text x="${x}" y="${y}"${kind === undefined ? '' : markup` class="${kind}"`} text-anchor="${anchor}">${words}</text>`;
}

/** `words` with an ellipsis where they would be longer than `room`. */
function cut(words: string, room: number): string {
  const most = Math.floor(room / letter);
  return words.length <= most ? words : `${words.slice(0, most - 1)}…`;
}
