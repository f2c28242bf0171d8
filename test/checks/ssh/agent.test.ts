import { createServer, type Socket } from 'node:net';
import ssh2, { type AgentProtocol, type ParsedKey } from 'ssh2';
import { afterEach, describe, expect, vi } from 'vitest';
import { type Listening, listening } from '../../listening.ts';
import { itInFolder } from '../../temporary-folder.ts';
import { brief, run, startServer, userKey } from './deep-run.ts';

type Serve = (socket: Socket) => void;

/** An ssh-agent on a unix socket; `serve` does with each connection what a test says. */
const listen = async (path: string, serve: Serve): Promise<Listening> => {
  vi.stubEnv('SSH_AUTH_SOCK', path);
  return listening(createServer(serve), { path });
};

/** Serves these keys, as ssh-agent does. */
const withKeys = (...texts: string[]): Serve => {
  const keys = texts.map((text) => ssh2.utils.parseKey(text) as ParsedKey);
  return (socket) => {
    const protocol: AgentProtocol = new ssh2.AgentProtocol(false);
    protocol.on('identities', (request) => protocol.getIdentitiesReply(request, keys));
    protocol.on('sign', (request, publicKey, data) => {
      const key = keys.find((candidate) => candidate.getPublicSSH().equals((publicKey as ParsedKey).getPublicSSH()));
      protocol.signReply(request, key?.sign(data) ?? Buffer.alloc(0));
    });
    socket.pipe(protocol).pipe(socket);
  };
};

afterEach(() => void vi.unstubAllEnvs());

const given = { user: 'robot', agent: true, hostKey: ['any'] };

describe('an agent', () => {
  itInFolder('signs for the login', async ({ folder }) => {
    await using server = await startServer();
    await using _ = await listen(`${folder}/agent`, withKeys(userKey.private));
    expect(brief(await run(server, given))).toBe('OK ok');
  });

  itInFolder.for<[string, Serve, RegExp]>([
    ['has no key', withKeys(), / holds no key: add one with ssh-add$/],
    ['hangs up', (socket) => void socket.destroy(), / cannot be asked: /],
    ['never answers', () => {}, / does not answer$/],
  ])('that %s is a fault of this machine', async ([_, serve, why], { folder }) => {
    await using server = await startServer();
    await using _agent = await listen(`${folder}/agent`, serve);
    const verdict = await run(server, given, { timeoutMs: 300 });
    expect(brief(verdict)).toBe('UNKNOWN local-fault');
    expect(verdict.summary).toMatch(why);
    expect(server.connections).toBe(0);
  });

  itInFolder('must be named', async ({ folder }) => {
    await using server = await startServer();
    vi.stubEnv('SSH_AUTH_SOCK', undefined);
    expect((await run(server, given)).summary).toMatch(/^SSH_AUTH_SOCK is not set/);
    vi.stubEnv('SSH_AUTH_SOCK', `${folder}/nowhere`);
    expect(brief(await run(server, given))).toBe('UNKNOWN local-fault');
  });
});
