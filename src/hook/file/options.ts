import * as v from 'valibot';
import { choice } from '../../checker/options.ts';
import { commonOptions, namesOption } from '../common-options.ts';
import { unknownField } from '../template.ts';
import { formats } from './format.ts';

const fields = ['farm', 'backend'];

const path = v.pipe(
  v.string(),
  v.nonEmpty('must not be empty'),
  v.rawCheck(({ dataset, addIssue }) => {
    const word = dataset.typed ? unknownField(dataset.value, fields) : undefined;
    if (word !== undefined) addIssue({ message: `has an unknown field {${word}}; there are {${fields.join('} {')}}` });
  }),
  v.description(
    'File to write; its folder must exist. {farm} is filled in, and {backend}: then each has its own file.',
  ),
  v.metadata({ kind: 'path', list: false }),
);

/** Options of the `file` hook. */
export const fileHookOptions = v.pipe(
  v.strictObject({
    path,
    format: choice(Object.keys(formats) as (keyof typeof formats)[], { help: 'What stands in it. Default json.' }),
    names: namesOption,
    ...commonOptions,
  }),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { value: input } = dataset;
    if (input.format === 'keepalived' && !input.path.includes('{backend}'))
      addIssue({
        message: 'needs {backend} in it: keepalived reads one number from a file',
        path: [{ type: 'object', origin: 'value', input: { ...input }, key: 'path', value: input.path }],
      });
  }),
);

/** Options of the `file` hook, parsed. */
export type FileHookOptions = v.InferOutput<typeof fileHookOptions>;
