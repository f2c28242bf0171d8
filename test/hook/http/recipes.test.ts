import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { checkers } from '../../../checks/index.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { parseConfig } from '../../../src/config/index.ts';
import { hookTypes } from '../../../src/hook/index.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { createCertificate } from '../../../src/testkit/index.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { aChange } from '../a-change.ts';
import { httpAnswer } from '../http-answer.ts';
import { StandIn } from './stand-in.ts';

const examples = join(import.meta.dirname, '../../../examples');

/** What a recipe sends for backend b1: a request line, its own headers, and three bodies. */
const recipes = [
  {
    file: 'http-skudonet.yaml',
    secret: 'zapi.key',
    answers: '200 OK',
    line: 'PUT /zapi/v4.0/zapi.cgi/farms/ftpfarm/backends/0/maintenance HTTP/1.1',
    headers: ['ZAPI_KEY: s3cret'],
    bodies: ['{"action":"up"}', '{"action":"maintenance","mode":"drain"}', '{"action":"maintenance","mode":"cut"}'],
  },
  {
    file: 'http-avi.yaml',
    secret: 'avi.password',
    answers: '200 OK',
    line: 'PATCH /api/pool/pool-0f1e2d3c HTTP/1.1',
    headers: [`Authorization: Basic ${btoa('farm-guardian:s3cret')}`, 'X-Avi-Version: 22.1.3', 'X-Avi-Tenant: admin'],
    bodies: ['true', 'false', 'false'].map(
      (enabled) => `{"add":{"servers":[{"ip":{"addr":"10.2.0.11","type":"V4"},"port":21,"enabled":${enabled}}]}}`,
    ),
  },
  {
    file: 'http-f5.yaml',
    secret: 'f5.password',
    answers: '200 OK',
    line: 'PATCH /mgmt/tm/ltm/pool/~Common~sftp/members/~Common~10.2.0.11:22 HTTP/1.1',
    headers: [`Authorization: Basic ${btoa('farm-guardian:s3cret')}`],
    bodies: [
      '{"session":"user-enabled","state":"user-up"}',
      '{"session":"user-disabled","state":"user-up"}',
      '{"session":"user-disabled","state":"user-down"}',
    ],
  },
  {
    file: 'http-octavia.yaml',
    secret: 'octavia.token',
    answers: '202 Accepted',
    line: 'PUT /v2/lbaas/pools/4029d267-3983-4224-a3d0-afb3fe16a2cd/members/957a1ace-1bd2-449b-8455-820b6e4b63f3 HTTP/1.1',
    headers: ['X-Auth-Token: s3cret'],
    bodies: [
      '{"member":{"admin_state_up":true,"weight":1}}',
      '{"member":{"admin_state_up":true,"weight":0}}',
      '{"member":{"admin_state_up":false}}',
    ],
  },
];

it.for(recipes)('examples/$file sends what its balancer wants, to the byte', async (recipe, { folder }) => {
  const { file, secret, answers, line, headers, bodies } = recipe;
  const certificate = await createCertificate();
  const ok = httpAnswer(answers, '{"session":"user-enabled"}');
  await using balancer = await StandIn.listen([ok, ok, ok, httpAnswer('401 Unauthorized')], certificate);
  await writeFile(join(folder, secret), 's3cret\n');
  await writeFile(join(folder, 'lb-ca.pem'), certificate.cert);
  const origin = `127.0.0.1:${balancer.port}`;
  const yaml = (await readFile(join(examples, file), 'utf8')).replace(
    /https:\/\/[a-z.]+example(:\d+)?\//,
    `https://${origin}/`,
  );
  const { farms } = parseConfig(yaml, join(folder, 'farm-guardian.yaml'), { checkers, hooks: hookTypes });
  const [farm] = farms;
  const [hook] = farm?.hooks ?? [];
  if (!farm || !hook) throw new Error('no farm');
  const hookFarm = { id: farm.id, vip: '', backends: farm.backends };
  expect(await hook.type.preflight(hook.options, hookFarm)).toBeUndefined();

  const driver = hook.type.create(hook.options, { clock: systemClock, log: silentLogger, farm: hookFarm });
  const { signal } = new AbortController();
  const change = aChange({ farm: farm.id, port: farm.backends[0]?.port ?? 0 });
  for (const state of ['up', 'drain', 'down'] as const) await driver.apply([{ ...change, state }], signal);
  expect(balancer.requests).toEqual(
    bodies.map((body) =>
      [
        line,
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        ...headers,
        `Host: ${origin}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    ),
  );
  await expect(driver.apply([change], signal)).rejects.toThrow('401 Unauthorized (is the secret right?)');
});
