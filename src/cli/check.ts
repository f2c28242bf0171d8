import { oneLine } from '../checker/clean-text.ts';
import type { CheckResult } from '../checker/result.ts';
import { exitCodeOf, worstStatus } from '../checker/status.ts';
import type { Clock } from '../clock/clock.ts';
import { loadConfig } from '../config/index.ts';
import { type PlannedCheck, planChecks } from '../farm/plan.ts';
import { isSelected, parseSelector } from '../farm/selector.ts';
import { Limiter } from '../schedule/limiter.ts';
import { textTable } from '../status/text-table.ts';
import { CheckPool } from '../worker/check-pool.ts';
import { type AddCommand, type ExitCode, printLines } from './cli-io.ts';

/** How many checks run at once. */
const width = 100;

interface Checked {
  readonly plan: PlannedCheck;
  readonly result: CheckResult;
  readonly durationMs: number;
}

/** `farm-guardian check`: runs each configured check once and prints what came of it; touches no state and no hook. */
export const checkCommand: AddCommand = (program, context, exit) => {
  program
    .command('check')
    .description('Run each configured check once and print a table; touches no state and no hook.')
    .argument('[farm[/backend]...]', 'only these')
    .option('-c, --config <file>', 'config file (default: farm-guardian.yaml, .yml or .json, as found)')
    .option('--json', 'print the whole results as JSON')
    .addHelpText('after', '\nThe exit code is that of the worst status: 0 OK, 3 UNKNOWN, 1 WARNING, 2 CRITICAL.')
    .action(async (names: readonly string[], options: { config?: string; json?: true }) => {
      const { process, checkers, hooks, clock } = context;
      const { farms } = await loadConfig(options.config, { checkers, hooks }, { cwd: process.cwd() });
      const selectors = names.map((name) => parseSelector(name, farms));
      const plans = farms.flatMap(planChecks).filter(({ farm, backend }) => isSelected(selectors, farm, backend.id));
      const limiter = new Limiter(width);
      await using pool = new CheckPool({ clock });
      const checked = await Promise.all(plans.map((plan) => limiter.run(() => checkOnce(pool, clock, plan))));
      printLines(context, options.json ? [JSON.stringify(checked.map(asJson), null, 2)] : asTable(checked));
      exit(exitCodeOf(worstStatus(checked.map(({ result }) => result.status))) as ExitCode);
    });
};

const checkOnce = async (pool: CheckPool, clock: Clock, plan: PlannedCheck): Promise<Checked> => {
  const startedAt = clock.now();
  const result = await pool.run(plan.check, { timeoutMs: plan.rhythm.timeoutMs, clock });
  if (result === 'cancelled') throw new Error('a check that nobody cancelled was cancelled');
  return { plan, result, durationMs: clock.now() - startedAt };
};

const asJson = ({ plan: { farm, backend }, result, durationMs }: Checked) => ({
  farm,
  backend: backend.id,
  host: backend.host,
  port: backend.port,
  durationMs: Math.round(durationMs * 1_000) / 1_000,
  ...result,
});

const asTable = (checked: readonly Checked[]): string[] => {
  const rows = checked.map(({ plan, result: { status, code, summary }, durationMs }) => [
    plan.id,
    status,
    `${(durationMs / 1_000).toFixed(3)}s`,
    code,
    oneLine(summary),
  ]);
  const remedies = new Set(checked.flatMap(({ result: { code, remedy } }) => (remedy ? [`${code}: ${remedy}`] : [])));
  return [
    ...textTable([['BACKEND', 'STATUS', 'TIME', 'CODE', 'SUMMARY'], ...rows]),
    ...(remedies.size > 0 ? ['', ...remedies] : []),
  ];
};
