import { basename } from 'node:path';
import * as v from 'valibot';
import { cleanText } from '../checker/clean-text.ts';
import { runInTime } from '../process/run-in-time.ts';
import { commonOptions, timeoutOption } from './common-options.ts';
import { findProgram, searchPath } from './find-program.ts';
import type { BackendChange, HookContext, HookDriver, HookType } from './hook.ts';
import { changeEnvironment, fillTemplate, templateFields, unknownField } from './template.ts';

const defaultTimeoutMs = 10_000;

const argument = v.pipe(
  v.string(),
  v.check(
    (template) => unknownField(template) === undefined,
    ({ input }) => `unknown field {${unknownField(input as string)}}; there are {${templateFields.join('} {')}}`,
  ),
);

/** Options of the `exec` hook. */
export const execHookOptions = v.strictObject({
  command: v.pipe(
    v.array(argument, 'must be a list: the program and its arguments'),
    v.minLength(1, 'must name a program'),
    v.check(
      ([program = '']) => /^(\/.*|[^/]+)$/.test(program) && !program.includes('{'),
      'must begin with an absolute path, or with the name of a program, without a field in it',
    ),
    v.description(
      'Program and arguments; no shell. {farm} {backend} {host} {port} {state} {previous} {code} {summary} {sequence} are filled in.',
    ),
  ),
  timeout: timeoutOption('a run', '10s'),
  ...commonOptions,
});

/** Options of the `exec` hook, parsed. */
export type ExecHookOptions = v.InferOutput<typeof execHookOptions>;

/**
 * Runs a program for each change, with the change in its arguments, in its environment, and as one JSON object on
 * standard input. Exit 0 means delivered.
 */
export const execHook: HookType<ExecHookOptions> = {
  name: 'exec',
  options: execHookOptions,

  preflight: async ({ command: [program = ''] }) => {
    return (await findProgram(program)) === undefined ? `no executable file ${program}` : undefined;
  },

  create: ({ command, timeout = defaultTimeoutMs }, { clock }: HookContext): HookDriver => {
    const run = async (change: BackendChange, signal: AbortSignal): Promise<void> => {
      const [program = '', ...templates] = command;
      const args = templates.map((template) => fillTemplate(template, change));
      const file = await findProgram(program);
      if (file === undefined) throw new Error(`no executable file ${program}`);
      const ended = await runInTime(file, args, {
        environment: { PATH: searchPath, LANG: 'C.UTF-8', ...changeEnvironment(change) },
        input: `${JSON.stringify(change)}\n`,
        timeoutMs: timeout,
        clock,
        signal,
      });
      if (ended.outcome !== 'exited' || ended.exitCode !== 0) throw new Error(cleanText(ended.summary));
    };
    return {
      name: `exec ${basename(command[0] ?? '')}`,
      apply: async (changes, signal) => {
        for (const change of changes) await run(change, signal);
      },
      [Symbol.asyncDispose]: async () => {},
    };
  },
};
