import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What the test measured, in words; `npm run proof` writes it down. */
    figures?: string[];
  }
}

/** Notes something that a test has measured, such as `out of rotation 1.3 s after it was killed`. It decides nothing. */
export const noteFigure = ({ task }: TestContext, figure: string): void => {
  task.meta.figures = [...(task.meta.figures ?? []), figure];
};
