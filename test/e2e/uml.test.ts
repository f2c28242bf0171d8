import { beforeEach, expect, it } from 'vitest';
import { needs } from './debian-program.ts';
import { Uml, umlPrograms } from './uml.ts';

beforeEach((context) => needs(context, ...umlPrograms));

it('boots, runs commands beside one another, and gives their output and exit code', async () => {
  await using uml = await Uml.boot('ip_vs');
  const slow = uml.try('sleep 0.5; echo slow; exit 7');
  expect(await uml.run('echo quick; uname -r')).toMatch(/^quick\n6\./);
  expect(await slow).toEqual({ code: 7, stdout: 'slow\n', stderr: '' });
  expect(await uml.run('ipvsadm -Sn')).toBe('');
});
