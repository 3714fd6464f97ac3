import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{models,electron,renderer,build}/**/*.test.{ts,tsx,mjs}'],
    environment: 'node',
    env: { ORT_DISABLE_TELEMETRY: '1' },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
