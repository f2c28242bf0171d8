import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** `unit` runs the sources; `bin` spawns the built commands; `e2e` needs real servers; `package` needs npm. */
const project = (name: string, include: string[], testTimeout: number) => ({
  test: { name, include, testTimeout, hookTimeout: testTimeout, sequence: { shuffle: true } },
});

export default defineConfig({
  // Examples import the package by its name, as their readers will.
  resolve: { alias: { 'farm-guardian': fileURLToPath(new URL('src/index.ts', import.meta.url)) } },
  test: {
    // Vitest would leave one core to itself; most of our tests wait for sockets.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{bin,e2e,package}/**'],
          testTimeout: 10_000,
          sequence: { shuffle: true },
          // Nothing here has global state, so the files may share a process; a process for each takes four times as long.
          isolate: false,
        },
      },
      project('bin', ['test/bin/**/*.test.ts'], 30_000),
      project('e2e', ['test/e2e/**/*.test.ts'], 120_000),
      project('package', ['test/package/**/*.test.ts'], 180_000),
    ],
  },
});
