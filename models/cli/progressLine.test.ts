import { describe, expect, it } from 'vitest';
import { progressBar, showProgress } from './progressLine.ts';

function record(interactive: boolean) {
  const written: string[] = [];
  let time = 0;
  const io = { writeError: (text: string) => written.push(text), interactive, columns: 80 };
  const progress = showProgress(io, () => time);
  const advance = (milliseconds: number) => {
    time += milliseconds;
  };
  return { written, progress, advance };
}

describe('showProgress', () => {
  it('writes at most one plain line a second', () => {
    const { written, progress, advance } = record(false);
    for (let step = 0; step < 50; step += 1) {
      progress.report({ step: 'calibrate', fraction: step / 50 });
      advance(100);
    }
    // 50 reports in 5 s: at 0, 1, 2, 3 and 4 s.
    expect(written).toEqual([0, 20, 40, 60, 80].map((percent) => `boxwright: calibrate ${percent} %\n`));
  });

  it('redraws a bar on a terminal and wipes it in the end', () => {
    const { written, progress, advance } = record(true);
    progress.report({ step: 'calibrate', fraction: 0.1 });
    advance(10);
    progress.report({ step: 'calibrate', fraction: 0.11 });
    advance(100);
    progress.report({ step: 'calibrate', fraction: 0.2 });
    progress.end();
    expect(written).toHaveLength(3);
    expect(written[1]).toContain('20 %');
    expect(written[2]).toBe('\r\u001b[2K');
  });

  it('leaves nothing behind where nothing was drawn', () => {
    const { written, progress } = record(true);
    progress.end();
    expect(written).toEqual([]);
  });
});

describe('progressBar', () => {
  it('shows share, step and time left, and never breaks the line', () => {
    const line = progressBar({ step: 'calibrate', fraction: 0.5, eta: 41 }, 80);
    expect(line).toBe(`${'▓'.repeat(12)}${'░'.repeat(12)}  50 %  calibrate  0:41 left`);
    expect(progressBar({ step: 'x'.repeat(200), fraction: 2 }, 80)).toHaveLength(79);
  });
});
