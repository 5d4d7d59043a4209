import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import type { ClusterDescription } from '../report/description.ts';
import { clusterPage } from '../report/page.ts';
import { writeAtomically } from '../terraform/atomic-file.ts';
import { workDirectoryPath } from '../terraform/work-directory.ts';
import type { Run } from './action.ts';

type Place = Pick<Run, 'options' | 'environment'>;

/** Where the page of a deployment is: REPORT_PATH, or else in its work directory. */
export function reportPagePath({ options, environment }: Place): string {
  return options.reportPath === undefined
    ? join(workDirectoryPath(options, environment), 'report.html')
    : resolve(options.reportPath);
}

/** Writes the page. A cluster that is there is not a failure because its page could not be written: that is only noted. */
export async function writeReportPage(run: Run, cluster: ClusterDescription): Promise<void> {
  const path = reportPagePath(run);
  try {
    await mkdir(dirname(path), { recursive: true });
    // Whoever mounted a directory into the container is seldom its root.
    await writeAtomically(path, run.redactor.clean(clusterPage(cluster)), 0o644);
  } catch (error) {
    run.report.warn('the page of the report could not be written', { detail: (error as Error).message });
  }
}

/** Takes the page out of the work directory when the cluster has gone; one that REPORT_PATH asked for is the user's. */
export async function forgetReportPage(run: Place): Promise<void> {
  if (run.options.reportPath === undefined) await rm(reportPagePath(run), { force: true });
}
