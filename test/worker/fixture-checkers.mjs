// Checkers that worker threads load in tests; each does in its `check` what its name says.

const ok = (facts = {}) => ({ status: 'OK', code: 'ok', summary: 'fine', steps: [], metrics: [], facts });

const checker = (name, check) => ({ name, check });

const spin = () => {
  for (;;);
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Answers after `options.turns` turns of the event loop. */
export const answers = checker('answers', async (_target, { turns = 1 }) => {
  for (let i = 0; i < turns; i++) await turn();
  return ok();
});

/** Tells what it was given, as far as only the right classes know it. */
export const tells = checker('tells', async (target, options, context) => {
  context.log.info({ port: target.port }, 'told');
  context.transcript?.('C: hello');
  const { warning, password, list } = options;
  return {
    ...ok({ alerts: warning.alerts(11), password: await password.reveal(), list, source: String(password) }),
    metrics: [{ label: 'time', value: 1, unit: 's', warning }],
    summary: `${target.host} within ${context.timeoutMs} ms`,
  };
});

export const spins = checker('spins', async (_target, _options, { entered }) => {
  await turn();
  entered?.('channel');
  await turn();
  spin();
});

export const bombs = checker('bombs', async (_target, _options, { entered }) => {
  entered?.('login');
  const kept = [];
  for (;;) {
    for (let i = 0; i < 10_000; i++) kept.push({ i, text: `${i} bottles` });
    await turn();
  }
});

export const crashes = checker('crashes', async () => {
  setImmediate(() => {
    throw new Error('nobody listens');
  });
  await new Promise(() => {});
});

export const rejects = checker('rejects', async () => {
  throw new TypeError('a bug');
});

/** Blames the stage it is in at its deadline. */
export const listens = checker('listens', async (_target, _options, { signal }) => {
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  return { ...ok(), status: 'CRITICAL', code: 'timeout', summary: `${signal.reason.name} while it listened` };
});

export const deaf = checker('deaf', () => new Promise(() => {}));

/** Rests for `options.restMs`, or until it has rested enough. */
export const rests = checker('rests', async (_target, { restMs, enough }, { rest }) => {
  const ended = new AbortController();
  if (enough) setImmediate(() => ended.abort());
  await rest(restMs, ended.signal);
  return ok();
});
