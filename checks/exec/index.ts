import { type Checker, defineChecker } from '../../src/checker/index.ts';
import { fillWords, usesPort } from './fill-words.ts';
import { findPlugin, nearestPlugin, usualFolders } from './find-plugin.ts';
import { type ExecOptions, execOptions } from './options.ts';
import { type OwnCommands, ownChecker, ownComplaint, runOwn } from './own-command.ts';
import { runPlugin } from './run-plugin.ts';
import { judgePlugin, missingPlugin, missingPort } from './verdict.ts';

/** What the exec checker is made with. */
export interface ExecParts extends OwnCommands {
  /** URL of the module that exports it. */
  readonly module: string;
}

/** What stands in for a backend while its command is only looked at. */
const someAim = { host: 'localhost', port: 1 };

/**
 * Makes the checker that runs any Nagios plugin, or one of our own commands where no such plugin is installed. See
 * the README beside this file.
 */
export const createExec = (own: ExecParts): Checker<ExecOptions> => {
  /** Our own checker of a command, where no plugin of that name is installed. */
  const ownOf = ({ command: [program = ''], pluginPath }: ExecOptions) => {
    const checker = ownChecker(own, program);
    return checker && 'fault' in findPlugin(program, pluginPath ?? usualFolders) ? checker : undefined;
  };
  const missing = (program: string, fault: string, folders: readonly string[]) =>
    missingPlugin(
      fault,
      nearestPlugin(
        program,
        folders,
        own.checkers.map(({ name }) => `check_${name}`),
      ),
    );

  return defineChecker<ExecOptions>({
    name: 'exec',
    defaultPort: 0,
    needsPort: ({ command }) => usesPort(command),
    options: execOptions,
    // The commands of ours may get stuck; a plugin is a process, which can be ended anyway.
    isolation: { module: own.module, applies: (options) => ownOf(options) !== undefined },

    async preflight(options) {
      const { command } = options;
      const folders = options.pluginPath ?? usualFolders;
      const [program = '', ...argv] = fillWords(command, someAim);
      const checker = ownOf(options);
      if (checker) {
        const why = await ownComplaint(own, checker, argv);
        return why === undefined ? undefined : ['command', `${program}: ${why}`];
      }
      const found = findPlugin(program, folders);
      return 'file' in found ? undefined : ['command', missing(program, found.fault, folders).summary];
    },

    async check(target, options, context) {
      const { command } = options;
      const folders = options.pluginPath ?? usualFolders;
      if (target.port === 0 && usesPort(command)) return missingPort(target.host);
      const words = fillWords(command, target);
      const [program = '', ...argv] = words;
      const found = findPlugin(program, folders);
      if ('fault' in found) {
        const checker = ownChecker(own, program);
        return checker ? runOwn(own, checker, words, context) : missing(program, found.fault, folders);
      }
      const { clock, timeoutMs, entered } = context;
      entered?.('plugin');
      const startedAt = clock.now();
      const ended = await runPlugin(found.file, argv, target, context);
      return judgePlugin({ ...ended, file: found.file, elapsedMs: clock.now() - startedAt, timeoutMs });
    },
  });
};
