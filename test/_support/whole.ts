/** Whether tests that take samples by default are to try everything: `npm run test:crash`. */
export const whole = process.env['CRASH'] === 'whole';

/** How many cases a test tries: `sample` with the other tests, `all` where everything is to be tried. */
export function runs(sample: number, all: number): number {
  return whole ? all : sample;
}
