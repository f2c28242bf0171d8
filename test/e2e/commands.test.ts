import { beforeEach, describe, expect, it } from 'vitest';
import { kebabCase } from '../../src/checker/options.ts';
import { runCommand } from './command.ts';
import { needs } from './debian-program.ts';
import { type Protocol, protocols } from './protocols.ts';
import type { RealServer } from './real-server.ts';

/** Runs the built command with the options of a config as flags. */
const check = async ({ type, login }: Protocol, server: RealServer, options: Readonly<Record<string, string>>) => {
  const flags = Object.entries({ ...(await login(server)), ...options }).flatMap(([name, value]) =>
    [value].flat().flatMap((text) => [`--${kebabCase(name)}`, text]),
  );
  return runCommand(`check_${type}`, ['-H', server.host, '-p', `${server.port}`, '--reason-code', ...flags]);
};

describe.each(protocols.map((protocol) => [protocol.type, protocol] as const))(
  'check_%s and a real server',
  (type, protocol) => {
    const { program, start } = protocol;
    const service = type.toUpperCase();
    const files = { 'sentinel.txt': 'all is well\n' };

    beforeEach((context) => needs(context, program));

    it.each([
      [
        'the right content',
        { file: 'sentinel.txt', content: 'is well' },
        0,
        'OK - 12 bytes of sentinel\\.txt [^|]*\\| ?time=.* size=12B\n',
      ],
      [
        'wrong content',
        { file: 'sentinel.txt', content: 'on fire' },
        2,
        'CRITICAL - [^|]*"on fire"[^|]* \\[content-mismatch\\]',
      ],
      ['a missing file', { file: 'absent.txt' }, 2, 'CRITICAL - [^|]* \\[file-missing\\]'],
    ])('tells %s', async (_what, options, code, says) => {
      await using server = await start(files);
      const ended = await check(protocol, server, options);
      expect(ended).toEqual({ code, stdout: expect.stringMatching(`^${service} ${says}`), stderr: '' });
    });

    it('tells a killed server, and one that was started again', async () => {
      await using server = await start(files);
      await server.kill();
      const dead = await check(protocol, server, { file: 'sentinel.txt' });
      expect(dead).toEqual({ code: 2, stdout: expect.stringContaining('[refused]'), stderr: '' });

      await server.start();
      expect((await check(protocol, server, { file: 'sentinel.txt' })).code).toBe(0);
    });
  },
);
