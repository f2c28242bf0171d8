import { describe, expect, it } from 'vitest';
import { ftp } from '../../../checks/ftp/index.ts';
import type { FtpOptions } from '../../../checks/ftp/options.ts';
import { runCheck } from '../../../src/checker/index.ts';
import {
  createCertificate,
  createFtpServer,
  type FtpFault,
  type FtpTlsOptions,
  ManualClock,
} from '../../../src/testkit/index.ts';
import { login, runAgainst } from './hostile-run.ts';

const sentinel: FtpOptions = { ...login, file: 'sentinel.txt', content: 'OK' };
const upload: FtpOptions = { ...login, upload: '/incoming' };

describe('against a hostile server a run ends in time, with one clean line:', () => {
  it.each<[FtpFault[], FtpOptions, string]>([
    [['endless-banner'], {}, 'OK ok'],
    [['endless-banner'], sentinel, 'CRITICAL protocol'],
    [['long-line'], {}, 'OK ok'],
    [['long-line'], { expect: ['never'] }, 'CRITICAL banner-mismatch'],
    [['long-line'], sentinel, 'CRITICAL protocol'],
    [['endless-multiline'], {}, 'OK ok'],
    [['endless-multiline'], sentinel, 'CRITICAL protocol'],
    [['control-bytes'], {}, 'OK ok'],
    [['control-bytes'], sentinel, 'OK ok'],
    [['control-bytes', 'missing-file'], sentinel, 'CRITICAL file-missing'],
    [['control-bytes', 'echo-password', 'auth-refused'], sentinel, 'CRITICAL auth-failed'],
    [['split'], {}, 'OK ok'],
    [['split'], sentinel, 'OK ok'],
    [['split', 'control-bytes', 'echo-password'], { ...sentinel, data: 'pasv', list: true }, 'OK ok'],
    [['endless-331'], sentinel, 'CRITICAL protocol'],
    [['endless-331'], login, 'CRITICAL protocol'],
    [['echo-password'], { ...sentinel, list: true }, 'OK ok'],
    [['echo-password'], { ...login, file: 'absent' }, 'CRITICAL file-missing'],
    [['echo-password', 'auth-refused'], login, 'CRITICAL auth-failed'],
    [['pasv-garbage'], sentinel, 'CRITICAL protocol'],
    [['pasv-garbage'], { ...sentinel, data: 'pasv' }, 'CRITICAL protocol'],
    [['pasv-elsewhere'], { ...sentinel, data: 'pasv' }, 'OK ok'],
    [['pasv-elsewhere'], { ...sentinel, pasvAddress: ['control'] }, 'CRITICAL pasv-address'],
    [['pasv-elsewhere'], { ...sentinel, pasvAddress: ['control'], pasvFollow: true }, 'CRITICAL pasv-address'],
    [['data-endless'], sentinel, 'CRITICAL size-mismatch'],
    [['data-endless'], { ...login, list: true }, 'CRITICAL size-mismatch'],
    [['data-early-end'], sentinel, 'CRITICAL transfer-incomplete'],
    [['data-early-end'], upload, 'CRITICAL transfer-incomplete'],
    [['data-reset'], sentinel, 'CRITICAL transfer-incomplete'],
    [['missing-150'], sentinel, 'CRITICAL protocol'],
    [['wrong-226'], sentinel, 'CRITICAL protocol'],
    [['active-refused'], { ...sentinel, data: 'active' }, 'CRITICAL port-refused'],
    [['active-wrong-source'], { ...sentinel, data: 'active' }, 'OK ok'],
    [[], { ...sentinel, data: 'eprt', activeSource: '127.0.0.2' }, 'CRITICAL active-source'],
    [[], { ...sentinel, data: 'port', activeSourcePort: 1 }, 'CRITICAL active-source-port'],
    [[], upload, 'OK ok'],
    [['disk-full'], upload, 'CRITICAL disk-full'],
    [['read-only'], upload, 'CRITICAL access-denied'],
    [['upload-corrupt'], upload, 'CRITICAL content-mismatch'],
    [['delete-refused'], upload, 'CRITICAL access-denied'],
    [[], { ...login, idle: 20 }, 'OK ok'],
    [['idle-reset'], { ...login, idle: 20 }, 'CRITICAL idle-reset'],
    [['idle-timeout'], { ...login, idle: 20 }, 'CRITICAL idle-reset'],
    [[], { ...login, file: 'adversary.txt', contentRegex: '^(a+)+$' }, 'CRITICAL content-mismatch'],
  ])('%j with %j is %s', async (faults, options, expected) => {
    const { status, code } = await runAgainst({ faults, options });
    expect(`${status} ${code}`).toBe(expected);
  });

  it.concurrent.each<[FtpFault[], FtpOptions, string]>([
    [['silence'], {}, 'CRITICAL timeout'],
    [['silence'], sentinel, 'CRITICAL timeout'],
    [['half-banner'], sentinel, 'CRITICAL timeout'],
    [['drip'], sentinel, 'CRITICAL timeout'],
    [['data-silence'], sentinel, 'CRITICAL data-timeout'],
    [['no-completion'], sentinel, 'CRITICAL transfer-incomplete'],
    [['no-completion'], upload, 'CRITICAL transfer-incomplete'],
    [['active-silence'], { ...sentinel, data: 'active' }, 'CRITICAL active-no-connect'],
    [['active-silence', 'active-wrong-source'], { ...sentinel, data: 'active' }, 'CRITICAL active-source'],
    [['idle-silence'], { ...login, idle: 20 }, 'CRITICAL idle-cut'],
  ])('%j with %j is %s at the deadline', async (faults, options, expected) => {
    const { status, code } = await runAgainst({ faults, options, timeoutMs: 1_000 });
    expect(`${status} ${code}`).toBe(expected);
  });
});

describe('against a hostile server of FTPS too:', () => {
  it.each<[FtpFault[], Partial<FtpTlsOptions>, FtpOptions, string]>([
    [[], {}, sentinel, 'OK ok'],
    [['control-bytes', 'split'], {}, sentinel, 'OK ok'],
    [['split'], { mode: 'implicit' }, sentinel, 'OK ok'],
    [['endless-banner'], {}, sentinel, 'CRITICAL protocol'],
    [['endless-banner'], { mode: 'implicit' }, sentinel, 'CRITICAL tls-handshake'],
    [['long-line'], { mode: 'implicit' }, sentinel, 'CRITICAL protocol'],
    [['wrong-banner'], { mode: 'implicit' }, sentinel, 'CRITICAL tls-handshake'],
    [['endless-multiline'], {}, sentinel, 'CRITICAL protocol'],
    [['endless-331'], {}, sentinel, 'CRITICAL tls-handshake'],
    [['tls-garbage'], {}, sentinel, 'CRITICAL tls-injection'],
    [['tls-garbage'], { mode: 'implicit' }, sentinel, 'CRITICAL tls-handshake'],
    [['tls-injection'], {}, sentinel, 'CRITICAL tls-injection'],
    [['prot-refused'], {}, sentinel, 'CRITICAL tls-handshake'],
    [['echo-password', 'missing-file'], {}, sentinel, 'CRITICAL file-missing'],
    [['data-endless'], {}, sentinel, 'CRITICAL size-mismatch'],
    [['data-early-end'], {}, sentinel, 'CRITICAL transfer-incomplete'],
    [['data-reset'], {}, sentinel, 'CRITICAL transfer-incomplete'],
    [['idle-reset'], {}, { ...login, idle: 20 }, 'CRITICAL idle-reset'],
    [['tls-expired-data'], {}, sentinel, 'CRITICAL tls-verify'],
    [[], { requireReuse: true }, { ...sentinel, tlsReuse: 'require', transfers: 5 }, 'OK ok'],
    [['no-reuse'], {}, { ...sentinel, tlsReuse: 'report' }, 'OK ok'],
    [['no-reuse'], {}, { ...sentinel, tlsReuse: 'require' }, 'CRITICAL tls-no-reuse'],
    [['no-reuse'], { requireReuse: true }, sentinel, 'CRITICAL tls-no-reuse'],
    [['no-reuse-later'], {}, { ...sentinel, tlsReuse: 'require', transfers: 5 }, 'CRITICAL tls-no-reuse'],
    [['active-wrong-source'], {}, { ...sentinel, data: 'active' }, 'OK ok'],
    [[], {}, upload, 'OK ok'],
    [['disk-full'], {}, upload, 'CRITICAL disk-full'],
  ])('%j, %j with %j is %s', async (faults, tls, options, expected) => {
    const { status, code } = await runAgainst({ faults, tls, options });
    expect(`${status} ${code}`).toBe(expected);
  });

  it.concurrent.each<[FtpFault, Partial<FtpTlsOptions>, string]>([
    ['tls-stall', {}, 'CRITICAL tls-handshake'],
    ['tls-stall', { mode: 'implicit' }, 'CRITICAL tls-handshake'],
    ['data-silence', {}, 'CRITICAL data-timeout'],
    ['data-tls-stall', {}, 'CRITICAL tls-handshake'],
  ])('%s, %j is %s at the deadline', async (fault, tls, expected) => {
    const { status, code } = await runAgainst({ faults: [fault], tls, options: sentinel, timeoutMs: 1_000 });
    expect(`${status} ${code}`).toBe(expected);
  });

  it.each<[faults: FtpFault[], expected: string, timeoutMs?: number]>([
    [[], 'OK ok'],
    [['split', 'control-bytes'], 'OK ok'],
    [['endless-multiline'], 'OK ok'],
    [['long-line'], 'OK ok'],
    [['endless-banner'], 'CRITICAL tls-handshake'],
    [['wrong-banner'], 'CRITICAL tls-handshake'],
    [['tls-garbage'], 'CRITICAL tls-handshake'],
    [['tls-stall'], 'CRITICAL tls-handshake', 1_000],
  ])('%j as check_ftp -S sees it is %s', async (faults, expected, timeoutMs = 5_000) => {
    const options: FtpOptions = { ssl: true, tls: undefined, tlsCa: undefined };
    const { status, code } = await runAgainst({ faults, tls: { mode: 'implicit' }, options, timeoutMs });
    expect(`${status} ${code}`).toBe(expected);
  });

  it('one that breaks the protocol is left at once', async () => {
    await using server = await createFtpServer({ tls: { ...(await createCertificate()), mode: 'implicit' } });
    await server.inject('long-line');
    const target = { host: server.host, port: server.port };
    const options: FtpOptions = { tls: 'implicit', tlsInsecure: true };
    // A clock that stands still: waiting for an answer to QUIT would take for ever.
    const outcome = await runCheck({ checker: ftp, target, options }, { timeoutMs: 5_000, clock: new ManualClock() });
    expect(outcome).toMatchObject({ code: 'protocol' });
  });

  it('one that wants TLS, when none is asked for', async () => {
    const options: FtpOptions = { ...sentinel, tls: undefined, tlsCa: undefined };
    const { code } = await runAgainst({ faults: [], tls: { required: true }, options });
    expect(code).toBe('tls-required');
  });

  it('names the transfer that resumed no session', async () => {
    const options: FtpOptions = { ...sentinel, tlsReuse: 'require', transfers: 5 };
    const { summary, facts } = await runAgainst({ faults: ['no-reuse-later'], tls: {}, options });
    expect(summary).toMatch(/^transfer 3 of 5: /);
    expect(facts).toMatchObject({ transfers: 2, dataTlsReused: false });
  });
});
