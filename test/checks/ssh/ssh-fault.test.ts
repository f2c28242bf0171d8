import { describe, expect, it } from 'vitest';
import { maskResult } from '../../../checks/ssh/mask.ts';
import { classifyClientError } from '../../../checks/ssh/ssh-fault.ts';
import type { StageName } from '../../../checks/ssh/stage-name.ts';
import { result } from '../../../src/checker/index.ts';

describe('an error of ssh2', () => {
  it.each<[string, Record<string, unknown>, StageName, string, string]>([
    ['read ECONNRESET', { level: 'client-socket', code: 'ECONNRESET' }, 'kex', 'CRITICAL', 'reset'],
    ['read EMFILE', { level: 'client-socket', code: 'EMFILE' }, 'kex', 'UNKNOWN', 'local-fault'],
    ['Failure', { level: 'agent' }, 'auth', 'UNKNOWN', 'local-fault'],
    ['Handshake failed: no matching C->S cipher', { level: 'handshake' }, 'kex', 'CRITICAL', 'no-common-algorithm'],
    ['Handshake failed: signature verification failed', { level: 'handshake' }, 'kex', 'CRITICAL', 'host-key'],
    ['Invalid MAC', { level: 'protocol' }, 'transfer', 'CRITICAL', 'protocol'],
    ['Too many connections', { code: 12 }, 'kex', 'WARNING', 'overloaded'],
    ['Too many authentication failures', { code: 2 }, 'auth', 'CRITICAL', 'auth-failed'],
    ['Protocol error', { code: 2 }, 'transfer', 'CRITICAL', 'protocol'],
  ])('%j %j in stage %s is %s %s', (message, extensions, stage, status, code) => {
    const { verdict } = classifyClientError(Object.assign(new Error(message), extensions), stage);
    expect(verdict).toMatchObject({ status, code, remedy: expect.any(String) });
  });

  it('says what was offered where nothing is in common', () => {
    const offer = { kex: ['a', 'b'], hostKeys: [], ciphers: ['c'], macs: ['d'] };
    const summaryOf = (lacking: string) =>
      classifyClientError(new Error(`Handshake failed: no matching ${lacking}`), 'kex', offer).verdict.summary;
    expect(summaryOf('key exchange algorithm')).toBe('no common key exchange algorithm: the server offers a, b');
    expect(summaryOf('host key format')).toBe('no common host key format: the server offers none');
    expect(summaryOf('S->C MAC')).toBe('no common S->C MAC: the server offers d');
    expect(summaryOf('C->S compression')).toBe('no common C->S compression');
  });

  it('says nothing that a terminal would obey', () => {
    const { verdict } = classifyClientError(new Error('bye\x1b[2J|x=1'), 'auth');
    expect(verdict.summary).toBe('bye [2J x=1 (auth)');
  });
});

describe('a password that the server echoes', () => {
  const echoed = result({
    status: 'CRITICAL',
    code: 'protocol',
    summary: 'bye hunter2, or hunt er2',
    line: 'Server answer: hunter2',
    facts: { software: 'hunter2_1.0', keys: ['hunter2'], ports: 2 },
  });

  it.each(['hunter2', 'hunt\ter2', 'hunt|er2'])('does not show: %j', (password) => {
    const shown = JSON.stringify(maskResult(echoed, [password]));
    expect(shown).not.toContain(password.replace(/\W/, ' '));
    expect(shown).toContain('***');
  });

  it('leaves a result alone that needs no password', () => {
    expect(maskResult(echoed, [])).toBe(echoed);
  });
});
