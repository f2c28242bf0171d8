import { join } from 'node:path';
import { afterEach, describe, expect, vi } from 'vitest';
import { ManualClock } from '../../../src/clock/manual-clock.ts';
import { itInFolder as it } from '../../temporary-folder.ts';
import { httpAnswer } from '../http-answer.ts';
import { change, driverFor, never } from './nftlb-driver.ts';
import { NftlbStandIn } from './nftlb-stand-in.ts';

afterEach(() => vi.unstubAllEnvs());

describe('an nftlb at fault', () => {
  it.for<[string, string | undefined, string]>([
    ['with 401', httpAnswer('401 Unauthorized', ''), 'answers GET with 401 (is the key right?)'],
    ['with 404', httpAnswer('404 Not Found', ''), 'nftlb has no farm ftp'],
    ['with 500', httpAnswer('500 Internal Server Error', '{"response": "invalid request"}'), 'nftlb has no farm ftp'],
    ['with 503', httpAnswer('503 Service Unavailable', 'busy\x1b[31m'), 'answers GET with 503: busy [31m'],
    ['with garbage', 'all fine\r\n\r\n', 'the answer is no HTTP'],
    ['with text that is no JSON', httpAnswer('200 OK', '<html>'), 'answers GET with 200: <html>'],
    ['with another farm', httpAnswer('200 OK', '{"farms":[{"name":"web"}]}'), 'nftlb has no farm ftp'],
    ['with JSON of another kind', httpAnswer('200 OK', '[1,2]'), 'nftlb has no farm ftp'],
    [
      'with half an answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"farms":[',
      'the answer broke off in the middle',
    ],
    ['with the end', '', 'the connection was closed without an answer'],
  ])('is named: %s', async ([, instead, message]) => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.instead.push(instead);
    await expect(driverFor(nftlb).apply([change('b1', 'down')], never)).rejects.toThrow(message);
    expect(nftlb.states).toEqual({ b1: 'up', b2: 'up' });
  });

  it.for([`success. Parsing unknown value 'fgDOWN' in 'state', using default 'up'`, 'Success', 'error', ''])(
    'has not done what it calls "%s"',
    async (response) => {
      await using nftlb = await NftlbStandIn.listen();
      nftlb.instead.push(undefined, httpAnswer('200 OK', JSON.stringify({ response })));
      await expect(driverFor(nftlb).apply([change('b1', 'down')], never)).rejects.toThrow('answers PUT with 200');
    },
  );

  it('is given up on once its time is up', async () => {
    await using nftlb = await NftlbStandIn.listen();
    const clock = new ManualClock();
    nftlb.instead.push('nothing');
    const applied = driverFor(nftlb, { timeout: '2s' }, clock).apply([change('b1', 'down')], never);
    applied.catch(() => {});
    await expect.poll(() => nftlb.asked).toHaveLength(1);
    await clock.advance(2_000);
    await expect(applied).rejects.toThrow(`nftlb at ${nftlb.url}: no answer within 2 s`);
  });

  it('is left when the guardian stops', async () => {
    await using nftlb = await NftlbStandIn.listen();
    const stop = new AbortController();
    nftlb.instead.push('nothing');
    const applied = driverFor(nftlb).apply([change('b1', 'down')], stop.signal);
    applied.catch(() => {});
    await expect.poll(() => nftlb.asked).toHaveLength(1);
    stop.abort();
    await expect(applied).rejects.toThrow('aborted');
  });

  it('may repeat the key: nobody sees it', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.instead.push(httpAnswer('400 Bad Request', `your key ${nftlb.key} is odd`));
    await expect(driverFor(nftlb).apply([change('b1', 'down')], never)).rejects.toThrow('your key *** is odd');
  });

  it('may have a key that is a word of its answers', async () => {
    await using nftlb = await NftlbStandIn.listen();
    nftlb.key = 'up';
    await driverFor(nftlb).apply([change('b1', 'down')], never);
    expect(nftlb.states).toEqual({ b1: 'down', b2: 'up' });
  });

  it('is no longer told with a key that cannot be read', async ({ folder }) => {
    await using nftlb = await NftlbStandIn.listen();
    const driver = driverFor(nftlb, { key: { file: join(folder, 'gone') } });
    await expect(driver.observe?.('ftp', never)).rejects.toThrow(`cannot read ${join(folder, 'gone')}: ENOENT`);
    expect(nftlb.asked).toEqual([]);
  });
});
