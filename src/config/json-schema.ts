import * as v from 'valibot';
import { options } from '../checker/index.ts';
import type { Described, Registry } from './config.ts';
import { farmSchema, rootSchema } from './schema.ts';
import { idPattern } from './schema-parts.ts';

/** As much of a JSON Schema as is looked at here. */
export type JsonSchema = Record<string, unknown>;

/**
 * `toJsonSchema` of `@valibot/to-json-schema`, handed in because only building the package needs it.
 *
 * `overrideSchema` is asked for each schema before the default conversion, which is `jsonSchema`.
 */
export type SchemaConverter = (
  schema: v.GenericSchema,
  config: {
    readonly typeMode: 'input';
    readonly errorMode: 'ignore';
    readonly ignoreActions: string[];
    readonly overrideSchema: (context: { readonly valibotSchema: unknown; readonly jsonSchema: object }) => object;
  },
) => object;

/**
 * The JSON Schema (draft-07) of the config file, for editors: made of the same schemas that validate it, the options
 * of each checker and hook told apart by `type`.
 */
export const configJsonSchema = (registry: Registry, convert: SchemaConverter): JsonSchema => {
  const convertOne = (schema: v.GenericSchema): JsonSchema => {
    const { $schema, ...converted } = convert(schema, {
      typeMode: 'input',
      errorMode: 'ignore',
      ignoreActions: ['metadata'],
      overrideSchema: ({ valibotSchema, jsonSchema }) => describe(valibotSchema as v.GenericSchema, jsonSchema),
    }) as JsonSchema;
    return converted;
  };
  const oneOf = (types: readonly Described[]) => ({ oneOf: types.map((type) => convertOne(withType(type))) });

  const root = convertOne(rootSchema);
  const farm = convertOne(farmSchema);
  const farms = {
    ...propertiesOf(root)['farms'],
    propertyNames: { pattern: idPattern.source },
    additionalProperties: {
      ...farm,
      oneOf: [{ required: ['check'] }, { required: ['command'] }],
      properties: {
        ...propertiesOf(farm),
        check: { ...describedOnly(propertiesOf(farm)['check']), ...oneOf(registry.checkers) },
        hooks: { ...propertiesOf(farm)['hooks'], items: oneOf(registry.hooks) },
      },
    },
  };
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Farm Guardian configuration',
    ...root,
    properties: { ...propertiesOf(root), farms },
  };
};

const withType = ({ name, options: { entries } }: Described): v.GenericSchema =>
  v.strictObject({ type: v.literal(name), ...entries });

/**
 * What the conversion leaves out: that one text may stand for a list, and, since it ends at the first transformation,
 * help and the pattern of durations.
 */
const describe = (schema: v.GenericSchema, jsonSchema: object): object => {
  const described = 'wrapped' in schema ? (schema.wrapped as v.GenericSchema) : schema;
  const description = v.getDescription(described as Parameters<typeof v.getDescription>[0]);
  const info = options.optionInfo(schema);
  const isDuration = info?.kind === 'duration';
  if (info?.list && 'items' in jsonSchema) return { description, anyOf: [jsonSchema.items, jsonSchema] };
  return {
    ...jsonSchema,
    ...(description !== undefined && { description }),
    ...(isDuration && { pattern: '^\\d{1,12}(\\.\\d{1,6})?(ms|s|m|h|d)$' }),
  };
};

const propertiesOf = ({ properties }: JsonSchema) => properties as Readonly<Record<string, JsonSchema>>;
const describedOnly = (schema: JsonSchema | undefined) => ({ description: schema?.['description'] });
