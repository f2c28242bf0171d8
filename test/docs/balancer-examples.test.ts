import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkers } from '../../checks/index.ts';
import { parseConfig } from '../../src/config/index.ts';
import { type HaproxyHookOptions, haproxyHookOptions } from '../../src/hook/haproxy/options.ts';
import { hookTypes } from '../../src/hook/index.ts';
import { type NftlbHookOptions, nftlbHookOptions } from '../../src/hook/nftlb/options.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFile(join(root, file), 'utf8');
const configOf = async (file: string) => parseConfig(await read(file), file, { checkers, hooks: hookTypes });

/** The blocks of a language in a page. */
const blocks = async (page: string, language: string): Promise<string[]> =>
  [...(await read(page)).matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

describe.each(readdirSync(join(root, 'docs/load-balancers')))('the page %s', (page) => {
  it('links only to what is there', async () => {
    const links = [...(await read(`docs/load-balancers/${page}`)).matchAll(/\]\((?!https?:)([^)#]+)/g)];
    for (const [, link = ''] of links) await expect(read(join('docs/load-balancers', link))).resolves.toBeDefined();
    expect(links.length).toBeGreaterThan(0);
  });
});

it('shows of nftlb the config that is among the examples', async () => {
  const [shown = ''] = await blocks('docs/load-balancers/skudonet-nftlb.md', 'yaml');
  expect(await read('examples/nftlb.yaml')).toContain(shown);
});

it('tells farms and backends of nftlb that its example makes', async () => {
  const made = JSON.parse(await read('examples/nftlb-farms.json')) as {
    farms: { name: string; backends: { name: string; 'ip-addr': string; port: string }[] }[];
  };
  for (const { vip, backends, hooks } of (await configOf('examples/nftlb.yaml')).farms) {
    const { farm, names = {} } = (hooks[0]?.options ?? {}) as Partial<NftlbHookOptions>;
    const there = made.farms.find(({ name }) => name === farm);
    const expected = backends.map(({ id, host, port }) => ({ name: names[id], 'ip-addr': host, port: `${port}` }));
    expect(there?.backends).toMatchObject(expected);
    expect(there).toMatchObject({ 'virtual-addr': vip?.host, 'virtual-ports': `${vip?.port}` });
  }
});

it('tells servers of HAProxy that its example has, and is asked for them', async () => {
  const [farm] = (await configOf('examples/haproxy.yaml')).farms;
  const config = await read('examples/haproxy.cfg');
  const { socket, agentListen, backend } = (farm?.hooks[0]?.options ?? {}) as HaproxyHookOptions;
  expect(config).toContain(`stats socket ${socket} `);
  expect(config).toContain(`\nbackend ${backend}\n`);
  const [host, port] = agentListen?.split(':') ?? [];
  for (const { id, host: server, port: of } of farm?.backends ?? [])
    expect(config).toMatch(
      new RegExp(`  server ${id} ${server}:${of} .*agent-addr ${host} agent-port ${port} .*"${farm?.id}/${id}\\\\n"`),
    );
});

it('shows of HAProxy what is among the examples', async () => {
  const page = 'docs/load-balancers/haproxy.md';
  const [whole = '', agent = ''] = await blocks(page, 'yaml');
  const example = await read('examples/haproxy.yaml');
  const line = (text: string) => text.split('\n').find((one) => one.includes('check: ')) ?? 'none';
  expect(example).toContain(line(whole));
  expect(agent).toContain('agentListen: "127.0.0.1:9721"');
  const config = await read('examples/haproxy.cfg');
  for (const [server] of (await read(page)).matchAll(/^ {2}server .*$/gm)) expect(config).toContain(server);
});

it.each([
  ['nftlb', nftlbHookOptions],
  ['haproxy', haproxyHookOptions],
])('documents every option of %s', async (type, { entries }) => {
  const [, section = ''] = (await read('docs/hooks.md')).split(`\n## ${type}\n`);
  const [own = ''] = section.split('\n## ');
  const options = Object.keys(entries).filter((option) => option !== 'resync');
  expect(options.filter((option) => !own.includes(`| \`${option}\` |`))).toEqual([]);
});
