import { expect, test } from 'vitest';
import { addTallies, closingLine, tallyPlaywright, tallyVitest } from './tally.mjs';

test('a vitest report is counted, with files that could not be loaded as failures', () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: 'passed', assertionResults: [{}, {}] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'failed', assertionResults: [] },
    ],
  };
  expect(tallyVitest(report)).toEqual({ passed: 7, failed: 2, skipped: 3 });
});

test('a Playwright report is counted; a flaky test and an error outside of tests are failures', () => {
  const report = { stats: { expected: 4, unexpected: 1, flaky: 1, skipped: 2 }, errors: [{}] };
  expect(tallyPlaywright(report)).toEqual({ passed: 4, failed: 3, skipped: 2 });
});

test('the closing line names skipped tests only where there are any', () => {
  const total = addTallies([
    { passed: 3, failed: 0, skipped: 0 },
    { passed: 4, failed: 1, skipped: 0 },
  ]);
  expect(closingLine(total)).toBe('7 passed, 1 failed');
  expect(closingLine({ ...total, skipped: 2 })).toBe('7 passed, 1 failed, 2 skipped');
});
