import { describe, expect, it } from 'vitest';
import { renderPacket } from '../../../checks/ssh/sftp/packet.ts';
import { SftpClient } from '../../../checks/ssh/sftp/sftp-client.ts';
import { statusCodes } from '../../../checks/ssh/sftp/sftp-error.ts';
import { upload } from '../../../checks/ssh/sftp/upload.ts';
import { SshFault } from '../../../checks/ssh/ssh-fault.ts';
import { uint32, wireString } from '../../../checks/ssh/wire.ts';
import type { WorkRun } from '../../../checks/ssh/work.ts';
import { withdrawn } from '../../../src/checker/index.ts';
import { type Spoil, spoiltChannel } from './sftp-channel.ts';

/** Behind length and type; the first answer is the version, which has none. */
const idOf = (answer: Buffer): Buffer => answer.subarray(5, 9);

const refusal = (answer: Buffer): Buffer =>
  renderPacket('status', idOf(answer), uint32(statusCodes.permissionDenied), wireString('no'), wireString(''));

/** Uploads; gives the code of what went wrong, and what was learnt and logged. */
const uploadTo = async (spoil: Spoil, orEnd: WorkRun['withdrawn'] = (promise) => promise) => {
  const told: unknown[] = [];
  const tell = (what: unknown) => void told.push(what);
  const run = {
    hold: () => ({ [Symbol.dispose]: () => {} }),
    alive: (promise: Promise<unknown>) => promise,
    withdrawn: orEnd,
    learn: tell,
    context: { log: { warn: tell } },
  } as unknown as WorkRun;
  const sftp = new SftpClient(spoiltChannel(spoil), () => {});
  await sftp.start();
  const error: unknown = await upload(sftp, '/in', run).catch((reason) => reason);
  return { error: error instanceof SshFault ? error.verdict.code : error, told };
};

describe('an upload to a server that refuses everything', () => {
  it('has left nothing behind', async () => {
    const outcome = await uploadTo((answer, which) => (which === 0 ? answer : refusal(answer)));
    expect(outcome).toEqual({ error: 'access-denied', told: [] });
  });

  it('nor has one that was withdrawn before the refusal came', async () => {
    const outcome = await uploadTo(
      (answer, which) => (which === 0 ? answer : refusal(answer)),
      (promise) => withdrawn(AbortSignal.abort('withdrawn'), promise),
    );
    expect(outcome).toEqual({ error: 'withdrawn', told: [] });
  });

  it('once it has opened the file, is named', async () => {
    const { error, told } = await uploadTo((answer, which) => (which <= 1 ? answer : refusal(answer)));
    expect(error).toBe('access-denied');
    expect(told[0]).toEqual({ leftBehind: expect.stringMatching(/^\/in\/\.farm-guardian-/) });
  });
});
