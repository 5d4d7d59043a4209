import { copyDirectory } from '../copy/copy.ts';
import type { CopyResult } from '../copy/copy.ts';
import { counted } from '../core/count.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { bytes } from '../report/bytes.ts';
import type { Session } from './session.ts';

/** COPY_DIR_PATH → the bucket; undefined when there is nothing to copy. Throws COPY_REFUSED and COPY_FAILED. */
export async function copyFiles({
  run,
  cloud,
  deployment,
}: Pick<Session, 'run' | 'cloud'> & { deployment: Deployment }): Promise<CopyResult | undefined> {
  const { copyDirPath } = run.options;
  const { bucket, folder } = deployment;
  if (copyDirPath === undefined || bucket === undefined) return undefined;
  return run.report.step(`copy ${copyDirPath} to the bucket`, (step) =>
    copyDirectory({
      dir: copyDirPath,
      cloud,
      bucket,
      directory: `${folder}/files`,
      signal: run.stop,
      clock: run.clock,
      onProgress: ({ files, uploadedBytes, skippedBytes }) =>
        step.progress(`${counted(files, 'file')}, ${bytes(uploadedBytes)} sent, ${bytes(skippedBytes)} already there`),
    }),
  );
}
