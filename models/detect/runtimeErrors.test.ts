import { expect, it } from 'vitest';
import { StudioError } from '../errors.ts';
import { explainLoadError, explainRunError, withFileName } from './runtimeErrors.ts';

it('a text of any length is explained at once, and kept in part', () => {
  const endless = new Error(`Unrecognized attribute: ${'allowzero'.repeat(100_000)} for operator Reshape`);
  const started = performance.now();
  for (const explain of [explainLoadError, explainRunError]) {
    const { code, message, detail } = explain('net.onnx', endless);
    expect(code).toBe('model-not-runnable');
    expect(message).toMatch(/^net\.onnx .*Unrecognized attribute: allowzero/);
    expect(message.length).toBeLessThan(400);
    expect(detail?.length).toBeLessThan(5000);
  }
  expect(performance.now() - started).toBeLessThan(1000);
});

it('a fault that does not name its file is told with it, once', () => {
  const bare = new StudioError('bad-output', 'Output "x" came as [3].', { hint: 'Look at the graph.' });
  const named = withFileName('net.onnx', bare);
  expect(named).toMatchObject({
    code: 'bad-output',
    message: 'net.onnx: Output "x" came as [3].',
    hint: 'Look at the graph.',
  });
  expect(withFileName('net.onnx', named)).toBe(named);
  const other = new RangeError('x');
  expect(withFileName('net.onnx', other)).toBe(other);
});
