import { readFile, rename } from 'node:fs/promises';

import { localState } from './work-directory.ts';
import type { WorkDirectory } from './work-directory.ts';

// Terraform writes these in place: where it keeps its note of the backend, and the state of a deployment without a bucket.
const files = ['.terraform/terraform.tfstate', localState];

/**
 * Sets aside, as `<name>.broken`, what a kill has left half-written, for Terraform refuses to begin with it. It writes its note of
 * the backend anew; what a lost state knew is found by the inventory. Answers the names.
 */
export async function setAsideHalfWritten(work: WorkDirectory): Promise<string[]> {
  const broken: string[] = [];
  for (const name of files) {
    const text = await readFile(work.file(name), 'utf8').catch(() => undefined);
    if (text === undefined || isJson(text)) continue;
    await rename(work.file(name), work.file(`${name}.broken`));
    broken.push(name);
  }
  return broken;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
