import { startPulse } from '../core/pulse.ts';
import type { Action } from './action.ts';
import { openSession } from './session.ts';

/** Sandbox: serves the embedded Google Cloud in the foreground, and says how other tools reach it, until a signal comes. */
export const sandbox: Action = {
  name: 'sandbox',
  async run(run) {
    await using session = await openSession({ ...run, options: { ...run.options, sandbox: true } });
    const { sandboxExports } = await import('../sandbox/exports.ts');
    const variables = await sandboxExports(session.cloud);
    run.report.output('sandbox', { variables }, [
      ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`),
    ]);
    run.report.info('the sandbox is open; Ctrl-C ends it');
    using pulse = startPulse(run.environment);
    await new Promise<void>((resolve) => {
      if (run.stop.aborted) resolve();
      run.stop.addEventListener('abort', () => resolve(), { once: true });
      // A listener alone keeps the process alive only while something is connected.
      const alive = setInterval(() => pulse.beat(), 30_000);
      run.stop.addEventListener('abort', () => clearInterval(alive), { once: true });
    });
    return 0;
  },
};
