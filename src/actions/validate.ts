import { counted } from '../core/count.ts';
import type { Action } from './action.ts';
import { clusterStack, describeWanted, plannedFiles } from './wanted.ts';
import { newDeployment } from '../deployment/deployment.ts';
import { openWorkDirectory, workDirectoryPath } from '../terraform/work-directory.ts';
import { planCopy } from '../copy/plan.ts';
import { nextCommand } from './next-command.ts';

/** Validate: checks the options and the directory, writes the Terraform files. No cloud call is made. */
export const validate: Action = {
  name: 'validate',
  looks: true,
  async run(run) {
    const { options, report } = run;
    const wanted = await describeWanted(run);
    const files = options.copyDirPath === undefined ? undefined : await planCopy(options.copyDirPath, run.stop);
    const work = await openWorkDirectory(workDirectoryPath(options, run.environment));
    const bucket = options.gcsPath?.bucket ?? `cluster-provision-${options.projectId}`;
    const deployment = newDeployment(options, { name: bucket, made: false });
    const zone = options.zones[0] ?? '';
    wanted.files = files && plannedFiles(deployment, files);
    const backend = { kind: 'gcs', bucket, prefix: `${deployment.folder}/terraform/state` } as const;
    const stack = await clusterStack({ run, deployment, backend }, wanted, zone);
    await work.writeStack(stack);
    report.output(
      'valid',
      {
        deployment: options.namePrefix,
        directory: work.path,
        files: files && { files: files.files.length, bytes: files.bytes },
      },
      [
        `the options are valid: ${options.instanceCount} x ${options.vmType} in ${options.zones.join(', ')}`,
        ...(files ? [`${counted(files.files.length, 'file')} can be copied`] : []),
        `the Terraform files are in ${work.path}`,
        `next: ${nextCommand(run, 'plan')}`,
      ],
    );
    return 0;
  },
};
