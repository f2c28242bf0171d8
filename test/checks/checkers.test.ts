import { readFile } from 'node:fs/promises';
import { parse } from 'valibot';
import { describe, expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { reasonCodes } from '../../src/checker/index.ts';
import { kebabCase, optionInfo } from '../../src/checker/options.ts';

describe('the checkers of the package', () => {
  it('have names and default ports of their own', () => {
    const ports = Object.fromEntries(checkers.map(({ name, defaultPort }) => [name, defaultPort]));
    expect(ports).toEqual({ ftp: 21, tftp: 69, ssh: 22, exec: 0 });
  });

  it.each(checkers.map(({ name, options, command }) => [name, options, command !== undefined] as const))(
    '%s explains every option, with its flag if it is a command, and only known reason codes, in its README',
    async (name, { entries }, isCommand) => {
      const readme = await readFile(new URL(`../../checks/${name}/README.md`, import.meta.url), 'utf8');
      for (const [option, schema] of Object.entries(entries)) {
        const kind = optionInfo(schema)?.kind;
        expect(readme).toContain(`\`${option}\``);
        if (isCommand) expect(readme).toContain(`--${kebabCase(option)}${kind === 'secret' ? '-file' : ''}`);
      }
      const [, table = ''] = readme.split('## Reason codes');
      const codes = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, code]) => code);
      expect(codes.length).toBeGreaterThan(4);
      expect(reasonCodes).toEqual(expect.arrayContaining(codes));
    },
  );

  it.each(checkers.filter(({ command }) => command?.plain).map((checker) => [checker.name, checker] as const))(
    '%s takes for a plain check what its schema makes of no option at all',
    (_, { options, command }) => {
      expect(parse(options, command?.fromClassic?.({}, []) ?? {})).toEqual(command?.plain);
    },
  );
});
