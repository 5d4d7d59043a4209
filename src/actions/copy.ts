import { planCopy } from '../copy/plan.ts';
import { counted } from '../core/count.ts';
import { fail } from '../core/faults.ts';
import { waitForFiles } from '../deployment/readiness.ts';
import { getGroup, lastPart, listManagedInstances, setMetadata } from '../google/compute-machines.ts';
import { bytes } from '../report/bytes.ts';
import type { Action } from './action.ts';
import { copyFiles } from './copy-files.ts';
import { findDeployment } from './find-deployment.ts';
import { nextCommand } from './next-command.ts';
import { openSession } from './session.ts';

// Machines whose metadata is set at the same time.
const width = 16;

/** Copy: sends COPY_DIR_PATH again, and has every running machine bring its copy up to date. */
export const copy: Action = {
  name: 'copy',
  async run(run) {
    const { options, report } = run;
    if (options.copyDirPath !== undefined) await planCopy(options.copyDirPath, run.stop);
    await using session = await openSession(run);
    const { http } = session;
    const { known } = await findDeployment(session);
    const zone = known?.deployment.zone;
    if (!known || zone === undefined) {
      throw fail('NO_DEPLOYMENT', {
        deployment: options.namePrefix,
        project: options.projectId,
        command: nextCommand(run, 'create'),
      });
    }
    const deployment = { ...known.deployment, zone };
    const files = await copyFiles({ ...session, deployment });
    if (!files) return 0;

    const group = `${deployment.prefix}-mig`;
    const size = (await getGroup(http, options.projectId, zone, group))?.targetSize ?? 0;
    const machines = await listManagedInstances(http, options.projectId, zone, group);
    await report.step(`tell ${counted(machines.length, 'machine')}`, async () => {
      const queue = machines.values();
      await Promise.all(
        Array.from({ length: width }, async () => {
          for (const { instance } of queue) {
            await setMetadata(http, options.projectId, deployment.zone, lastPart(instance), {
              'cp-files-bucket': files.bucket,
              'cp-files-manifest': files.manifest,
              'cp-files-sha256': files.sha256,
              'cp-files-destination': options.copyDestination ?? options.copyDirPath ?? '',
            });
          }
        }),
      );
    });
    const done = await report.step(`${counted(size, 'machine')} pulling the files`, () =>
      waitForFiles(
        {
          http,
          deployment,
          group,
          count: size,
          timeout: options.timeoutSeconds * 1000,
          clock: run.clock,
          report,
          stop: run.stop,
          width: run.width,
          again: nextCommand(run, 'status'),
        },
        files.sha256,
      ),
    );
    report.output('copied', { files, machines: done.map(({ name, duties }) => ({ name, files: duties['files'] })) }, [
      '',
      `${counted(files.files, 'file')} (${bytes(files.bytes)}, ${bytes(files.uploadedBytes)} of them sent now) are on ${counted(done.length, 'machine')} at ${options.copyDestination ?? options.copyDirPath}`,
    ]);
    return 0;
  },
};
