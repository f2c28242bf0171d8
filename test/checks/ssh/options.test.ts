import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { sshOptions } from '../../../checks/ssh/options.ts';

const pin = `SHA256:${'A'.repeat(43)}`;
const password = { env: 'SSH_PASSWORD' };

describe('options of the SSH check', () => {
  it.each([
    {},
    { remoteVersion: 'OpenSSH_9.2p1', remoteProtocol: '2.0', sftp: false },
    { user: 'probe', password, hostKey: [pin, 'any'] },
    { hostKey: [pin] },
    { knownHosts: '/known_hosts', hostKeyTypes: true, warning: 1, critical: '2' },
    { user: 'probe', agent: true, knownHosts: '/known_hosts', list: '.', maxAge: '1h', command: 'w', maxBytes: 1 },
    { user: 'probe', key: '/k', hostKey: ['any'], sftp: true, file: 'sentinel.txt', content: 'moo', maxBytes: 10 },
  ])('may be %j', (given) => {
    expect(v.safeParse(sshOptions, given).issues).toBeUndefined();
  });

  it.each([
    [
      { user: 'probe', password },
      'hostKey: is required with user: give SHA256:... (ssh-keygen -l prints it) or any; knownHosts will do, too',
    ],
    [
      { user: 'probe', password, hostKey: ['MD5:aa'] },
      'hostKey: "MD5:aa" is neither SHA256: and 43 characters (ssh-keygen -l prints it) nor any',
    ],
    [{ user: 'probe', hostKey: [pin] }, 'user: needs password, key or agent'],
    [{ user: '', password, hostKey: [pin] }, 'user: must not be empty'],
    [{ user: 'probe', password, hostKey: [pin], file: '' }, 'file: must not be empty'],
    [{ password }, 'password: needs user'],
    [{ key: '/k' }, 'key: needs user'],
    [{ sftp: true }, 'sftp: needs user'],
    [{ file: 'x' }, 'file: needs user'],
    [{ content: 'x' }, 'content: needs file'],
    [{ minBytes: 1 }, 'minBytes: needs file'],
    [{ maxBytes: 1 }, 'maxBytes: needs file or command'],
    [{ agent: true }, 'agent: needs user'],
    [{ user: 'probe', password, hostKey: [pin], keyPassphrase: password }, 'keyPassphrase: needs key'],
    [{ list: '.' }, 'list: needs user'],
    [{ upload: '.' }, 'upload: needs user'],
    [{ command: 'w' }, 'command: needs user'],
    [{ commandOutput: 'up' }, 'commandOutput: needs command'],
    [{ user: 'probe', password, hostKey: [pin], maxAge: '1h' }, 'maxAge: needs list'],
    [{ user: 'probe', password, hostKey: [pin], file: 'x', sha256: 'beef' }, 'sha256: must be 64 hexadecimal digits'],
    [{ user: 'probe', password, hostKey: [pin], list: 'a\0b' }, 'list: must not contain NUL'],
    [{ warning: 1 }, 'warning: needs hostKey or knownHosts or hostKeyTypes or user'],
    [{ hostKey: ['key'] }, 'hostKey: "key" is neither SHA256: and 43 characters (ssh-keygen -l prints it) nor any'],
    [{ user: 'probe', password, hostKey: [pin], file: 'x', minBytes: 2_000_000 }, 'minBytes: must not exceed maxBytes'],
  ])('may not be %j', (given, message) => {
    const { issues = [] } = v.safeParse(sshOptions, given);
    expect(issues.map((issue) => `${v.getDotPath(issue)}: ${issue.message}`)).toEqual([message]);
  });
});
