import { forgetDeployment } from '../deployment/record.ts';
import { forgetState } from '../terraform/state-bucket.ts';
import { forgetReportPage } from './report-page.ts';
import type { Turn } from './take-turn.ts';
import type { Workshop } from './workshop.ts';

/**
 * The last acts, once nothing of the deployment is left: state and files, the bucket if we made it and it is empty, and the record
 * of the deployment, which goes last so that a run that is killed before goes on from it. Answers whether the bucket is gone.
 */
export async function forget(
  turn: Turn,
  { run, http, deployment, records }: Pick<Workshop, 'run' | 'http' | 'deployment' | 'records'>,
): Promise<boolean> {
  await turn.leave();
  const bucketGone =
    deployment.bucket !== undefined && (await run.report.step('state and files', () => forgetState(http, deployment)));
  await forgetDeployment(records);
  await forgetReportPage(run);
  return bucketGone;
}
