/** The keywords of draft-07 that our schema uses. */
interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly minProperties?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

const known = new Set(
  '$schema title description type const enum pattern minLength minimum maximum minItems minProperties items properties required additionalProperties propertyNames anyOf oneOf'.split(
    ' ',
  ),
);

/** The paths at which a value breaks a JSON Schema; throws on a keyword it does not know, so that none is passed over. */
export const schemaMistakes = (schema: Schema, value: unknown, path = '$'): string[] => {
  const stranger = Object.keys(schema).find((keyword) => !known.has(keyword));
  if (stranger !== undefined) throw new Error(`${path}: keyword ${stranger} is not checked here`);
  const { anyOf, oneOf } = schema;
  const matches = (all: readonly Schema[]) => all.filter((one) => schemaMistakes(one, value).length === 0).length;
  const wrong =
    (schema.type !== undefined && !hasType(schema.type, value)) ||
    ('const' in schema && value !== schema.const) ||
    (schema.enum !== undefined && !schema.enum.includes(value)) ||
    (typeof value === 'string' && !fitsText(schema, value)) ||
    (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))) ||
    (anyOf !== undefined && matches(anyOf) === 0) ||
    (oneOf !== undefined && matches(oneOf) !== 1);
  if (wrong) return [path];
  if (Array.isArray(value)) return listMistakes(schema, value, path);
  return typeof value === 'object' && value !== null ? mapMistakes(schema, value, path) : [];
};

const hasType = (type: string, value: unknown): boolean => {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
};

const fitsText = ({ pattern, minLength = 0 }: Schema, text: string): boolean =>
  text.length >= minLength && (pattern === undefined || new RegExp(pattern, 'u').test(text));

const listMistakes = ({ items, minItems = 0 }: Schema, list: readonly unknown[], path: string): string[] =>
  list.length < minItems
    ? [path]
    : list.flatMap((item, index) => (items ? schemaMistakes(items, item, `${path}[${index}]`) : []));

const mapMistakes = (schema: Schema, map: object, path: string): string[] => {
  const { properties = {}, required = [], additionalProperties = true, propertyNames = {}, minProperties = 0 } = schema;
  const mistakes = required.filter((key) => !(key in map)).map((key) => `${path}.${key}`);
  if (Object.keys(map).length < minProperties) mistakes.push(path);
  for (const [key, value] of Object.entries(map)) {
    const property = properties[key] ?? additionalProperties;
    mistakes.push(...schemaMistakes(propertyNames, key, `${path}.${key}`));
    if (property === false) mistakes.push(`${path}.${key}`);
    else if (property !== true) mistakes.push(...schemaMistakes(property, value, `${path}.${key}`));
  }
  return mistakes;
};
