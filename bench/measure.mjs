/** How often each call of {@link inTurn} is made, `ROUNDS` in the environment. */
export const rounds = Number(process.env.ROUNDS) || 40;

/** CPU time of one call in milliseconds, out of `times`. */
export const cpuMs = async (call, times) => {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000 / times;
};

/** What these calls give, made in turn: a list for each. */
export const inTurn = async (calls) => {
  const values = calls.map(() => []);
  for (const call of calls) await call();
  for (let round = 0; round < rounds; round++) for (const [i, call] of calls.entries()) values[i].push(await call());
  return values;
};
