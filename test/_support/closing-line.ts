import type { Reporter, TestModule } from 'vitest/node';

/** Ends every test run with one plain line, `N passed, N failed, N skipped`, that people and machines can both find. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests += 1;
        const { state } = test.result();
        if (state === 'passed' || state === 'failed' || state === 'skipped') count[state] += 1;
      }
      // A file that could not be loaded has no tests to count, and is a failure all the same.
      if (tests === 0 && module.state() === 'failed') count.failed += 1;
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
