import { shellWord } from '../core/shell-word.ts';
import type { Run } from './action.ts';

/** The command line of `action` for the same deployment, with everything it needs spelled out, ready to be typed. */
export function nextCommand(run: Pick<Run, 'options' | 'environment'>, action: string, ...flags: string[]): string {
  return [program(run.environment), action, ...deploymentFlags(run.options).map(shellWord), ...flags].join(' ');
}

/** The flags that name the same deployment in the same cloud, as words of a command line. */
export function deploymentFlags(options: Run['options']): string[] {
  const { projectId, namePrefix, zones, region, gcsPath, sandbox, sandboxDir, workDir } = options;
  const words: string[] = [];
  const add = (flag: string, value: string | undefined): void => {
    if (value !== undefined && value !== '') words.push(flag, value);
  };
  add('--project-id', projectId);
  add('--name-prefix', namePrefix);
  if (zones.length > 0) add('--zone', zones.join(','));
  else add('--region', region);
  add('--gcs-path', gcsPath && `gs://${gcsPath.bucket}${gcsPath.directory ? `/${gcsPath.directory}` : ''}`);
  if (workDir !== '.cluster-provision') add('--work-dir', workDir);
  if (sandbox) words.push('--sandbox');
  if (sandbox && sandboxDir !== '.sandbox') add('--sandbox-dir', sandboxDir);
  return words;
}

/** How this program was started: as the image says, by `npm start` in a checkout, or by its name. */
function program(environment: NodeJS.ProcessEnv): string {
  if (environment['STARTED_AS']) return environment['STARTED_AS'];
  return environment['npm_lifecycle_event'] === 'start' ? 'npm start --' : 'cluster-provision';
}
