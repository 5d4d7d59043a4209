import { isFault } from '../core/faults.ts';
import { table } from '../core/table.ts';
import type { Advice } from '../preflight/check.ts';
import { rounds } from '../preflight/preflight.ts';
import { findTerraform } from '../terraform/binary.ts';
import { openWorkDirectory, workDirectoryPath } from '../terraform/work-directory.ts';
import { machineType } from '../catalog/machine-types.ts';
import type { Action, Run } from './action.ts';
import { openSession } from './session.ts';

interface Answer {
  name: string;
  ok: boolean;
  text: string;
}

/** Doctor: what is on this machine, and, when PROJECT_ID is given, what is in the project. Changes nothing. */
export const doctor: Action = {
  name: 'doctor',
  looks: true,
  async run(run) {
    const answers = [...(await askMachine(run)), ...(await askProject(run))];
    run.report.output(
      'doctor',
      { answers },
      table(
        [['', 'CHECK', 'ANSWER'], ...answers.map(({ name, ok, text }) => [ok ? 'ok' : 'FAIL', name, text])],
        run.width,
      ),
    );
    return answers.every(({ ok }) => ok) ? 0 : 2;
  },
};

async function askMachine(run: Run): Promise<Answer[]> {
  return Promise.all([
    answer('node', async () => process.version),
    answer('terraform', async () => {
      const { product, version, file } = await findTerraform({ environment: run.environment, signal: run.stop });
      return `${product} ${version} at ${file}`;
    }),
    answer(
      'work directory',
      async () => (await openWorkDirectory(workDirectoryPath(run.options, run.environment))).path,
    ),
  ]);
}

async function askProject(run: Run): Promise<Answer[]> {
  const { options } = run;
  const answers: Answer[] = [];
  try {
    await using session = await openSession(run);
    const machine = machineType(options.vmType);
    const context = { ...session, options, machine, existing: 0, zone: undefined, signal: run.stop };
    for (const round of rounds) {
      const checks = round.filter(({ ofZone }) => !ofZone || options.zones.length > 0);
      const asked = await Promise.all(checks.map((check) => answer(check.name, () => check.ask(context))));
      answers.push(...asked);
      if (asked.some(({ ok }) => !ok) || options.projectId === '') break;
    }
  } catch (error) {
    answers.push(refusal('credentials', error));
  }
  return answers;
}

async function answer(name: string, ask: () => Promise<string | Advice>): Promise<Answer> {
  try {
    const given = await ask();
    return { name, ok: true, text: typeof given === 'string' ? given : `${given.text}: ${given.data.detail}` };
  } catch (error) {
    return refusal(name, error);
  }
}

function refusal(name: string, error: unknown): Answer {
  if (!isFault(error)) throw error;
  return { name, ok: false, text: `${error.message}; ${error.fix}` };
}
