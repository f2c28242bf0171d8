// Writes schema.json, which editors complete and check config files with; run it through `npm run schema`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toJsonSchema } from '@valibot/to-json-schema';
import { checkers } from '../dist/checks/index.js';
import { configJsonSchema } from '../dist/src/config/index.js';
import { hookTypes } from '../dist/src/hook/index.js';

const schema = configJsonSchema({ checkers, hooks: hookTypes }, toJsonSchema);
writeFileSync(join(import.meta.dirname, '../schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
