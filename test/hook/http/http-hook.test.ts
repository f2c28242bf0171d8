import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import * as v from 'valibot';
import { expect } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { systemClock } from '../../../src/clock/system-clock.ts';
import { RetryLater } from '../../../src/hook/hook.ts';
import { httpHook } from '../../../src/hook/http/http-hook.ts';
import { httpHookOptions } from '../../../src/hook/http/options.ts';
import { silentLogger } from '../../../src/log/logger.ts';
import { createCertificate } from '../../../src/testkit/index.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { aChange, aFarm } from '../a-change.ts';
import { httpAnswer } from '../http-answer.ts';
import { type Reply, StandIn } from './stand-in.ts';

type Input = Readonly<Record<string, unknown>>;

const driverOf = (input: Input, clock: ManualClock | typeof systemClock = systemClock) =>
  httpHook.create(v.parse(httpHookOptions, input), { clock, log: silentLogger, farm: aFarm() });

const apply = (input: Input, change = aChange(), signal = new AbortController().signal) =>
  driverOf(input).apply([change], signal);

it('sends method, URL, headers and body as they are written, with values encoded by place', async () => {
  await using balancer = await StandIn.listen();
  const hostile = aChange({ summary: 'a "quoted"\r\nX-Evil: 1 & <b>é</b>' });
  await apply(
    {
      method: 'PUT',
      url: `http://127.0.0.1:${balancer.port}/farms/{farm}/{name}?why={summary}&state={state}`,
      headers: { 'X-Farm': '{farm}', 'X-Why': '{summary}' },
      body: '{"farms":[{"name":"{farm}","port":{port},"why":"{summary}"}]}',
      names: { b1: 'bck 0/1' },
    },
    hostile,
  );
  const body = '{"farms":[{"name":"ftp","port":21,"why":"a \\"quoted\\"\\r\\nX-Evil: 1 & <b>é</b>"}]}';
  expect(balancer.requests).toEqual([
    Buffer.from(
      [
        'PUT /farms/ftp/bck%200%2F1?why=a%20%22quoted%22%0D%0AX-Evil%3A%201%20%26%20%3Cb%3E%C3%A9%3C%2Fb%3E&state=down HTTP/1.1',
        'Content-Type: application/json',
        `Content-Length: ${Buffer.byteLength(body)}`,
        'X-Farm: ftp',
        'X-Why: a "quoted" X-Evil: 1 & <b>é</b>',
        `Host: 127.0.0.1:${balancer.port}`,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
    ).toString('latin1'),
  ]);
});

it('makes JSON of a map, with numbers where a text is nothing but a number field', async () => {
  await using balancer = await StandIn.listen();
  await apply({
    url: `http://127.0.0.1:${balancer.port}/`,
    body: { server: { address: '{host}', port: '{port}', label: 'p{port}', weight: 0, tags: ['{state}', null] } },
  });
  expect(balancer.requests[0]?.split('\r\n\r\n')[1]).toBe(
    '{"server":{"address":"10.2.0.11","port":21,"label":"p21","weight":0,"tags":["down",null]}}',
  );
});

it.for([
  ['application/x-www-form-urlencoded', 'a={summary}', 'a=%3C%22%26%0A%3E'],
  ['text/xml; charset=utf-8', '<a b="{summary}">{summary}</a>', '<a b="&lt;&quot;&amp; &gt;">&lt;&quot;&amp; &gt;</a>'],
  ['text/plain', '{state} {summary}', 'down <"&\n>'],
  ['application/vnd.api+json', '{"a":"{summary}"}', '{"a":"<\\"&\\n>"}'],
] as const)('encodes values in a body of %s', async ([type, body, expected]) => {
  await using balancer = await StandIn.listen();
  const url = `http://127.0.0.1:${balancer.port}/`;
  await apply({ url, headers: { 'content-type': type }, body }, aChange({ summary: '<"&\n>' }));
  expect(balancer.requests[0]).toContain(`Content-Type: ${type}\r\n`);
  expect(balancer.requests[0]?.split('\r\n\r\n')[1]).toBe(expected);
});

it('takes what is different for a state from there', async () => {
  await using balancer = await StandIn.listen();
  const options = {
    url: `http://127.0.0.1:${balancer.port}/{backend}`,
    body: { action: 'up' },
    states: {
      down: { body: { action: 'maintenance', mode: 'cut' } },
      drain: { method: 'DELETE', url: `http://127.0.0.1:${balancer.port}/gone/{backend}` },
    },
  };
  for (const state of ['up', 'drain', 'down'] as const) await apply(options, aChange({ state }));
  expect(balancer.requests.map((request) => request.replace(/HTTP(.|\r\n)*\r\n\r\n/, ''))).toEqual([
    'POST /b1 {"action":"up"}',
    'DELETE /gone/b1 {"action":"up"}',
    'POST /b1 {"action":"maintenance","mode":"cut"}',
  ]);
});

it('fills in a secret from a file, and user and secret as basic authentication', async ({ folder }) => {
  await using balancer = await StandIn.listen();
  const file = join(folder, 'secret');
  await writeFile(file, 's3cret\n');
  const url = `http://127.0.0.1:${balancer.port}/`;
  await apply({ url, headers: { ZAPI_KEY: '{secret}' }, secret: { file } });
  await apply({ url, user: 'admin', secret: { file } });
  expect(balancer.requests[0]).toContain('\r\nZAPI_KEY: s3cret\r\n');
  expect(balancer.requests[1]).toContain(`\r\nAuthorization: Basic ${btoa('admin:s3cret')}\r\n`);
});

it.for([
  ['401 Unauthorized', '', '401 Unauthorized (is the secret right?)'],
  [
    '404 Not Found',
    '{"message":"no farm"}',
    '404 Not Found (is there such a farm and backend? see names): {"message":"no farm"}',
  ],
  ['500 Internal Server Error', '<h1>\u0007oops</h1>', '500 Internal Server Error: <h1> oops</h1>'],
  ['302 Found', '', '302 Found (redirects are not followed)'],
] as const)('takes the answer %s for a failure', async ([status, body, message]) => {
  await using balancer = await StandIn.listen([httpAnswer(status, body, 'Location: http://192.0.2.1/')]);
  const url = `http://127.0.0.1:${balancer.port}/farms`;
  await expect(apply({ url })).rejects.toThrow(new Error(`POST ${url}: ${message}`));
});

it.for([
  ['garbage', 'no http at all\r\n\r\n', 'the answer is no HTTP'],
  ['nothing', 'hang up', 'the connection was closed without an answer'],
  ['half an answer', 'half', 'the answer broke off in the middle'],
  ['too much', httpAnswer('200 OK', 'x'.repeat(1024 * 1024 + 1)), 'the answer is longer than 1 MiB'],
  ['endless headers', `HTTP/1.1 200 OK\r\n${'X-Pad: y\r\n'.repeat(20_000)}`, 'the answer is no HTTP'],
  ['silence', 'hang', 'no answer within 0.2 s'],
] as const satisfies readonly (readonly [string, Reply, string])[])('gives up on %s', async ([, reply, message]) => {
  await using balancer = await StandIn.listen([reply]);
  const url = `http://127.0.0.1:${balancer.port}/`;
  await expect(apply({ url, timeout: reply === 'hang' ? '200ms' : '5s' })).rejects.toThrow(`POST ${url}: ${message}`);
});

it('counts the time of the whole request: half an answer that then stalls is cut off', async () => {
  const clock = new ManualClock();
  await using balancer = await StandIn.listen(['stall']);
  const driver = driverOf({ url: `http://127.0.0.1:${balancer.port}/`, timeout: '3s' }, clock);
  const told = driver.apply([aChange()], new AbortController().signal);
  const refused = expect(told).rejects.toThrow('no answer within 3 s');
  await expect.poll(() => balancer.requests.length).toBe(1);
  await clock.advance(3_000);
  await refused;
  expect(clock.timers).toBe(0);
});

it('ends with one clean line whatever bytes come back', async () => {
  const status = fc.tuple(fc.integer({ min: 0, max: 999 }), fc.string({ unit: 'binary', maxLength: 20 }));
  const reply = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc
      .tuple(status, fc.uint8Array({ maxLength: 50 }))
      .map(([[code, phrase], body]) =>
        Buffer.concat([Buffer.from(`HTTP/1.1 ${code} ${phrase}\r\nContent-Length: ${body.length}\r\n\r\n`), body]),
      ),
  );
  await fc.assert(
    fc.asyncProperty(reply, async (bytes) => {
      await using balancer = await StandIn.listen([bytes]);
      const told = apply({ url: `http://127.0.0.1:${balancer.port}/`, timeout: '2s' });
      const message = await told.then(
        () => 'delivered',
        (error: Error) => error.message,
      );
      expect(message).toMatch(/^[^\p{Cc}|]+$/u);
    }),
    { numRuns: 40 },
  );
});

it('says what is wrong with the connection', async () => {
  const balancer = await StandIn.listen();
  const url = `http://127.0.0.1:${balancer.port}/`;
  await balancer[Symbol.asyncDispose]();
  await expect(apply({ url })).rejects.toThrow(`POST ${url}: Connection refused`);
});

it('ends when the guardian stops', async () => {
  await using balancer = await StandIn.listen(['hang']);
  const stop = new AbortController();
  const told = apply({ url: `http://127.0.0.1:${balancer.port}/` }, aChange(), stop.signal);
  await expect.poll(() => balancer.requests.length).toBe(1);
  stop.abort();
  await expect(told).rejects.toThrow('cancelled');
});

it.for([
  [{ status: [200, '202-204'] }, httpAnswer('203 Hm', 'x'), undefined],
  [{ status: 204 }, httpAnswer('200 OK', 'x'), '200 OK: x'],
  [{ content: '"success"' }, httpAnswer('200 OK', '{"response": "success"}'), undefined],
  [
    { content: '"success"' },
    httpAnswer('200 OK', '{"response": "success. Parsing unknown value"}'),
    'the answer lacks ""success"": {"response": "success. Parsing',
  ],
  [{ contentRegex: '^\\{"response": "succ.*s"\\}$' }, httpAnswer('200 OK', '{"response": "success"}'), undefined],
  [{ contentRegex: '^ok$' }, httpAnswer('200 OK', 'not ok'), 'the answer does not match ^ok$: not ok'],
] as const)('with %j judges an answer', async ([options, reply, message]) => {
  await using balancer = await StandIn.listen([reply]);
  const told = apply({ ...options, url: `http://127.0.0.1:${balancer.port}/` });
  await (message === undefined ? expect(told).resolves.toBeUndefined() : expect(told).rejects.toThrow(message));
});

it('shows no secret that a server repeats, in whatever form', async ({ folder }) => {
  const file = join(folder, 'secret');
  await writeFile(file, 'pass"w ord');
  const echo = `you sent pass"w ord, pass\\"w ord, pass%22w%20ord and ${btoa('me:pass"w ord')}`;
  await using balancer = await StandIn.listen([httpAnswer('403 pass"w ord', echo)]);
  const told = apply({ url: `http://127.0.0.1:${balancer.port}/`, user: 'me', secret: { file } });
  await expect(told).rejects.toThrow('403 *** (is the secret right?): you sent ***, ***, *** and ***');
});

it('tells the engine how long Retry-After asks to wait', async () => {
  await using balancer = await StandIn.listen([httpAnswer('429 Too Many Requests', '', 'Retry-After: 7')]);
  const error = await apply({ url: `http://127.0.0.1:${balancer.port}/` }).catch((error) => error);
  expect(error).toBeInstanceOf(RetryLater);
  expect(error.afterMs).toBe(7_000);
  expect(error.message).toContain('429 Too Many Requests (asked to wait for 7 s)');
});

it('verifies TLS: by the CA it is given, for the name it is given', async ({ folder }) => {
  const ca = await createCertificate({ commonName: 'our CA', ca: true });
  const certificate = await createCertificate({ commonName: 'lb.example', altNames: ['lb.example'], issuer: ca });
  const tlsCa = join(folder, 'ca.pem');
  await writeFile(tlsCa, ca.cert);
  await using balancer = await StandIn.listen([], certificate);
  const url = `https://127.0.0.1:${balancer.port}/`;
  await expect(apply({ url })).rejects.toThrow(/self.signed|unable to verify|issuer/);
  await expect(apply({ url, tlsCa })).rejects.toThrow('the certificate is for another name');
  await apply({ url, tlsCa, tlsName: 'lb.example' });
  expect(balancer.requests).toHaveLength(1);
});

it('verifies TLS for an address, too', async ({ folder }) => {
  const ca = await createCertificate({ commonName: 'our CA', ca: true });
  const certificate = await createCertificate({ commonName: 'lb', altNames: ['localhost', '10.1.1.1'], issuer: ca });
  const tlsCa = join(folder, 'ca.pem');
  await writeFile(tlsCa, ca.cert);
  await using balancer = await StandIn.listen([], certificate);
  const { port } = balancer;
  await apply({ url: `https://127.0.0.1:${port}/`, tlsCa, tlsName: '10.1.1.1' });
  for (const host of ['127.0.0.1', 'localhost'])
    await expect(apply({ url: `https://${host}:${port}/`, tlsCa, tlsName: '10.9.9.9' })).rejects.toThrow(
      'the certificate is for another name',
    );
});

it('is not left waiting by an answer in another protocol', async () => {
  const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
  await using balancer = await StandIn.listen([upgrade]);
  await expect(apply({ url: `http://127.0.0.1:${balancer.port}/` })).rejects.toThrow(
    'the answer is 101: another protocol, which nobody asked for',
  );
});

it('refuses a value that would move about in a path', async () => {
  await expect(apply({ url: 'http://127.0.0.1:1/{code}' }, aChange({ code: '..' }))).rejects.toThrow(
    '".." cannot stand in a URL',
  );
});

it('shows no secret in XML, and no half of one at the end of a long phrase', async ({ folder }) => {
  const file = join(folder, 'secret');
  await writeFile(file, 's<cr>&t');
  await using balancer = await StandIn.listen([
    httpAnswer('403 No', '<k>s&lt;cr&gt;&amp;t</k>'),
    httpAnswer(`403 ${'x'.repeat(196)}s<cr>&t`, ''),
  ]);
  const tell = () =>
    apply({ url: `http://127.0.0.1:${balancer.port}/`, headers: { Key: '{secret}' }, secret: { file } });
  await expect(tell()).rejects.toThrow('<k>***</k>');
  await expect(tell()).rejects.toThrow(/x\*\*\*/);
});

it('refuses a secret with a line end in it', async ({ folder }) => {
  const file = join(folder, 'secret');
  await writeFile(file, 'one\nX-Evil: 1\n');
  const told = apply({ url: 'http://127.0.0.1:1/', headers: { Key: '{secret}' }, secret: { file } });
  await expect(told).rejects.toThrow('the secret has control characters in it');
});

it('says before the start what cannot work', async ({ folder }) => {
  const url = 'https://lb.example/';
  const look = (input: Input) => httpHook.preflight(v.parse(httpHookOptions, { url, ...input }), aFarm());
  const empty = join(folder, 'empty.pem');
  await writeFile(empty, 'nothing');
  expect(await look({})).toBeUndefined();
  expect(await look({ contentRegex: '(' })).toContain('contentRegex is no regular expression');
  expect(await look({ tlsCa: '/no/such.pem' })).toBe('tlsCa: cannot read /no/such.pem: ENOENT');
  expect(await look({ tlsCa: empty })).toBe(`tlsCa: no certificate in ${empty}`);
  expect(await look({ names: { b9: 'x' } })).toContain('farm ftp has no such backend');
});
