import { readFile, rename, rm } from 'node:fs/promises';

import { fail } from '../core/faults.ts';
import type { Report } from '../core/report.ts';
import type { GoogleHttp } from '../google/http.ts';
import { deleteObject, listObjects, putText, readText } from '../google/storage.ts';
import { erroredState } from './engine.ts';
import { valueOf } from './runner.ts';
import type { Terraform } from './runner.ts';
import { parseState } from './state-document.ts';
import type { StateDocument } from './state-document.ts';
import type { WorkDirectory } from './work-directory.ts';

/** Where a deployment's folder is. */
export interface RescuePlace {
  prefix: string;
  bucket: string | undefined;
  /** `<dir>/<prefix>-deployment`, without a final slash. */
  folder: string;
}

/** What a rescue works with. */
export interface Rescue {
  http: GoogleHttp;
  terraform: Terraform;
  work: WorkDirectory;
  run: { report: Pick<Report, 'info' | 'warn'> };
}

/** A state that an earlier run could not save. */
interface Stranded {
  text: string;
  document: StateDocument;
  /** Where it lies, for people. */
  place: string;
  remove: () => Promise<void>;
}

/**
 * Saves the state that an earlier run could not, from the work directory or from `rescue/` in the bucket; to be called
 * after `init` and before anything else. One that is older than the state in the bucket is put aside, not pushed.
 * Throws STATE_CHANGED when the state in the bucket has another history, and the faults of terraform.
 */
export async function rescueState({ http, terraform, work, run }: Rescue, deployment: RescuePlace): Promise<void> {
  const stranded = [...(await inWorkDirectory(work)), ...(await inBucket(http, deployment))];
  // The newest tells all that the older ones tell.
  const [newest] = stranded.toSorted((a, b) => b.document.serial - a.document.serial);
  if (newest === undefined) return;
  const current = parseState(valueOf(await terraform.pull()) ?? '');
  if (current !== undefined && current.lineage !== newest.document.lineage) {
    const reason = `${newest.place} was kept by an earlier run and has another history than the state in the bucket`;
    throw fail('STATE_CHANGED', { deployment: deployment.prefix, reason });
  }
  if (current !== undefined && current.serial >= newest.document.serial) {
    run.report.warn('an older state that could not be saved is not needed any more', { detail: newest.place });
  } else {
    valueOf(await terraform.push(newest.text));
    run.report.info('the state that an earlier run could not save is saved', { detail: newest.place });
  }
  for (const { remove } of stranded) await remove();
}

/** Keeps a state in `rescue/` of the deployment's folder, where the next run finds it; answers its place. */
export async function putInRescue(
  http: GoogleHttp,
  { bucket, folder }: { bucket: string; folder: string },
  text: string,
): Promise<string> {
  const serial = parseState(text)?.serial ?? 0;
  const name = `${folder}/rescue/${String(serial).padStart(8, '0')}.tfstate`;
  await putText(http, { bucket, name, text });
  return `gs://${bucket}/${name}`;
}

async function inWorkDirectory(work: WorkDirectory): Promise<Stranded[]> {
  const file = work.file(erroredState);
  const text = await readFile(file, 'utf8').catch(() => '');
  const document = parseState(text);
  if (document !== undefined) {
    // Kept under another name: a state is never thrown away by us.
    return [
      { text, document, place: file, remove: () => rename(file, work.file(`rescued-${document.serial}.tfstate`)) },
    ];
  }
  await rm(file, { force: true });
  return [];
}

async function inBucket(http: GoogleHttp, { bucket, folder }: RescuePlace): Promise<Stranded[]> {
  if (bucket === undefined) return [];
  const stranded: Stranded[] = [];
  for (const { name, generation } of await listObjects(http, bucket, { prefix: `${folder}/rescue/` })) {
    const { text } = (await readText(http, bucket, name)) ?? { text: '' };
    const document = parseState(text);
    const remove = (): Promise<void> => deleteObject(http, { bucket, name, ifGenerationMatch: generation });
    if (document !== undefined) stranded.push({ text, document, place: `gs://${bucket}/${name}`, remove });
  }
  return stranded;
}
