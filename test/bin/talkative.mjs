// A checker that is still talking when it has its result; run by itself, a process that asks it for one on a thread.
export const talkative = {
  name: 'talkative',
  defaultPort: 1,
  options: {},
  isolation: { module: import.meta.url, applies: () => true },
  check: async (_target, _options, { transcript }) => {
    const talk = () => {
      for (let i = 0; i < 200; i++) transcript?.('and another thing\n');
      setImmediate(talk);
    };
    talk();
    return { status: 'OK', code: 'ok', summary: 'said enough', steps: [], metrics: [], facts: {} };
  },
};

const [, self, pool] = process.argv;
if (import.meta.filename === self) {
  const { CheckPool, systemClock } = await import(pool);
  const threads = new CheckPool({ clock: systemClock });
  const check = { checker: talkative, target: { host: '127.0.0.1', port: 1 }, options: {} };
  const run = { timeoutMs: 5_000, clock: systemClock, transcript: () => {} };
  const { summary } = await threads.run(check, run);
  await threads[Symbol.asyncDispose]();
  process.stdout.write(`${summary}\n`);
}
