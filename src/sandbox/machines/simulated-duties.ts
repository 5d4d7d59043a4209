import { text } from 'node:stream/consumers';

import { counted } from '../../core/count.ts';
import type { Store, World } from '../service.ts';
import { putGuestAttribute } from './guest-attributes.ts';
import type { Instance } from './instance.ts';
import { localSsdsOf, metadataOf } from './instance.ts';

type State = 'done' | 'failed' | 'skipped';
type Duty = readonly [name: string, state: State, detail: string];

/** Writes what the guest of a machine reports when its start-up script ends with `code` before any duty is done. */
export function reportFailedScript(store: Store, key: string, code: number): void {
  const detail = `ended with code ${code}`;
  write(store, key, [['startup-command', 'failed', detail]], code, undefined);
}

/** Writes what the guest of the machine reports when all went well but for GPUs that do not answer. */
export function reportDuties(
  store: Store,
  key: string,
  instance: Instance,
  gpus: number,
  files: string | undefined,
): void {
  const metadata = metadataOf(instance);
  const ssds = localSsdsOf(instance);
  const wanted = Number(metadata.get('cp-gpu-count') ?? 0);
  const mounts = lines(metadata.get('cp-gcs-mounts')) + lines(metadata.get('cp-nfs-mounts'));
  const lost = wanted !== gpus;
  const on = (name: string): boolean => metadata.get(name) === 'yes';
  const duties: Duty[] = [
    [
      'local-ssd',
      ...either(ssds > 0, `${counted(ssds, 'local SSD')} at /mnt/localssd`, 'the machine type has no local SSD'),
    ],
    ['mounts', ...either(mounts > 0, `${mounts} mounted`, 'no buckets and no shares to mount')],
    lost
      ? ['drivers', 'failed', `nvidia-smi shows ${counted(gpus, 'GPU')}, ${wanted} expected`]
      : ['drivers', ...either(wanted > 0, `${counted(gpus, 'GPU')}, driver 570.172.08`, 'the machine type has no GPU')],
    ['files', ...either(files !== undefined, files ?? '', 'no files to copy')],
    ['ops-agent', ...either(on('cp-ops-agent'), 'running', 'switched off')],
    ['notebook', ...either(on('cp-notebook'), 'running', 'switched off')],
    ['ray', ...either(metadata.get('cp-orchestrator') === 'ray', 'ray, simulated', 'no orchestrator')],
    lost
      ? ['startup-command', 'skipped', 'not run: drivers failed']
      : ['startup-command', ...either(metadata.has('cp-startup-id'), 'simulated: not run', 'no start-up command')],
  ];
  write(store, key, duties, 1, metadata.get('cp-files-sha256'));
}

/** What the files duty says of the copy that the machine's metadata name; `undefined` when there is none. */
export async function filesOf(world: World, instance: Instance): Promise<string | undefined> {
  const metadata = metadataOf(instance);
  const name = metadata.get('cp-files-manifest');
  if (!name) return undefined;
  const object = world.store.get<{ _content: string }>('objects', `${metadata.get('cp-files-bucket')}/${name}`);
  if (!object) return 'no manifest';
  const bytes = world.contents.read(object._content, 0, 512);
  const head = Buffer.isBuffer(bytes) ? bytes.toString() : await text(bytes);
  const count = (word: string): number => Number(new RegExp(`^#${word} (\\d+)$`, 'm').exec(head)?.[1] ?? 0);
  return `${counted(count('files'), 'file')}, ${human(count('bytes'))}`;
}

function write(store: Store, key: string, duties: readonly Duty[], code: number, manifest: string | undefined): void {
  const put = (name: string, value: object): void =>
    putGuestAttribute(store, key, { namespace: 'cluster-provision', key: name, value: JSON.stringify(value) });
  for (const [name, state, detail] of duties) {
    const extra = name === 'files' ? { manifest: manifest ?? '' } : {};
    put(name, { state, code: state === 'failed' ? code : 0, seconds: 1, detail, tail: '', ...extra });
  }
  const failed = duties.find(([, state]) => state === 'failed')?.[0];
  put('status', { state: failed ? 'failed' : 'ready', duty: failed ?? 'startup-command', boot: key });
}

function either(yes: boolean, done: string, skipped: string): readonly [State, string] {
  return yes ? ['done', done] : ['skipped', skipped];
}

function lines(value: string | undefined): number {
  return (value ?? '').split('\n').filter(Boolean).length;
}

function human(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  let size = bytes;
  for (; size >= 1000 && unit < units.length - 1; unit += 1) size /= 1000;
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
