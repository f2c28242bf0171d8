import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import { options } from '../../src/checker/index.ts';
import { splitWords } from './split-words.ts';

const message = 'must be a command such as "check_tcp -H HOST -p PORT", or a list of its words';

/** Why words are no command; `undefined` when they are one. */
const faultOf = ([program = '']: readonly string[]): string | undefined => {
  if (program === '') return message;
  if (isAbsolute(program) || !program.includes('/')) return undefined;
  return `must begin with an absolute path or with the name of a plugin, not "${program}"`;
};

const wordsOf = (given: string | readonly (string | number)[]) =>
  typeof given === 'string' ? splitWords(given) : { words: given.map(String) };

const command = v.pipe(
  v.union([v.string(), v.array(v.union([v.string(), v.number()]))], message),
  v.rawTransform(({ dataset, addIssue, NEVER }): readonly string[] => {
    const parted = wordsOf(dataset.value);
    const fault = 'fault' in parted ? parted.fault : faultOf(parted.words);
    if (fault === undefined && 'words' in parted) return parted.words;
    addIssue({ message: fault ?? message });
    return NEVER;
  }),
  v.description(
    'Plugin and arguments: a line that is split as a shell does, or a list. No shell, nothing is expanded; HOST and PORT stand for the backend.',
  ),
);

/** Options of the exec check. */
export const execOptions = v.strictObject({
  command,
  pluginPath: options.paths({
    help: 'folders where a plugin is looked for, in their order (default: the usual ones of Nagios)',
    metavar: 'FOLDER',
  }),
});

/** {@link execOptions}, parsed. */
export type ExecOptions = v.InferOutput<typeof execOptions>;
