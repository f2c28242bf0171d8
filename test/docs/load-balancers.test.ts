import { execFile } from 'node:child_process';
import { access, chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const root = join(import.meta.dirname, '../..');
const registry = { checkers, hooks: hookTypes };
const pages = ['docs/load-balancers/lvs-ipvs.md', 'docs/load-balancers/azure-and-clouds.md'];

it.each(pages)('%s links only to what is there', async (page) => {
  const text = await readFile(join(root, page), 'utf8');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.length).toBeGreaterThan(3);
  for (const link of links) await access(join(root, page, '..', link));
});

it.each(pages)('%s shows configs that can be used', async (page) => {
  const text = await readFile(join(root, page), 'utf8');
  const blocks = [...text.matchAll(/```yaml\n(.*?)```/gs)].map(([, block = '']) => block);
  expect(blocks.length).toBeGreaterThan(1);
  const farm = 'farms:\n  ftp:\n    vip: 10.1.0.100:21\n    check: { type: ftp }\n    backends: { b1: 10.2.0.11 }\n';
  for (const block of blocks) {
    const config = block.startsWith('hooks:') ? `${farm}${block.replace(/^/gm, '    ')}` : block;
    expect(parseConfig(config, '/etc/farm-guardian.yaml', registry).farms).toHaveLength(1);
  }
});

it.each(['lvs-ftp', 'lvs-ftp-mark'])('shows examples/%s as it is', async (name) => {
  const page = await readFile(join(root, 'docs/load-balancers/lvs-ipvs.md'), 'utf8');
  const script = await readFile(join(root, `examples/${name}.sh`), 'utf8');
  const config = await readFile(join(root, `examples/${name}.yaml`), 'utf8');
  const rules = script.split('\n').filter((line) => /^(ipvsadm|iptables)/.test(line));
  expect(rules.length).toBeGreaterThan(2);
  for (const rule of rules) expect(page).toContain(`${rule}\n`);
  expect(page).toContain(config.trimEnd().split('\n').at(-1)?.trim());
});

it.each([
  {
    example: 'azure-admin-state',
    program: 'az',
    args: ['group', 'balancer', 'pool', 'b1'],
    words: (state: string) =>
      `network lb address-pool address update --only-show-errors --output none --resource-group group --lb-name balancer --pool-name pool --name b1 --admin-state ${state === 'up' ? 'None' : 'Down'}`,
  },
  {
    example: 'aws-target',
    program: 'aws',
    args: ['arn:aws:x', '10.2.0.11', '21'],
    words: (state: string) =>
      `elbv2 ${state === 'up' ? 'register' : 'deregister'}-targets --target-group-arn arn:aws:x --targets Id=10.2.0.11,Port=21`,
  },
])('examples/$example tells $program what is desired', async ({ example, program, args, words }) => {
  await using temporary = await temporaryFolder();
  const folder = temporary.path;
  await writeFile(join(folder, program), `#!/bin/sh\necho "$*" >>${folder}/told\n`);
  await chmod(join(folder, program), 0o755);
  const hook = (state: string) =>
    promisify(execFile)(join(root, 'examples', example), [...args, state], {
      env: { PATH: `${folder}:/usr/bin:/bin` },
    });
  const states = ['up', 'drain', 'down'];
  for (const state of states) await hook(state);
  await expect(hook('sideways')).rejects.toThrow('unknown state sideways');
  expect(await readFile(join(folder, 'told'), 'utf8')).toBe(states.map((state) => `${words(state)}\n`).join(''));
});
