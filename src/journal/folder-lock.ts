import { randomUUID } from 'node:crypto';
import { type FileHandle, link, open, readdir, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';

/** Thrown when another guardian uses the folder. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
}

/** Whoever finds a lock dead takes the next number: a name that nobody has to take away from anybody. */
const lockName = (number: number): string => `guardian-${number}.lock`;
const lockPattern = /^guardian-(\d{1,9})\.lock$/;
const draftPattern = /^guardian-[0-9a-f]{8}\.new$/;

/** More rounds than starters that can get in each other's way. */
const mostRounds = 20;

/**
 * Keeps a second guardian out of a state folder. The lock is a unix socket in it that somebody listens on: it dies with
 * its process however that ends, and it is seen from every container that shares the folder.
 */
export class FolderLock implements AsyncDisposable {
  readonly #server: Server;
  readonly #place: Place;
  readonly #number: number;

  private constructor(server: Server, place: Place, number: number) {
    this.#server = server;
    this.#place = place;
    this.#number = number;
  }

  /**
   * Takes the lock of a folder.
   *
   * @throws LockedError when another guardian has it
   */
  static async take(folder: string): Promise<FolderLock> {
    const place = await Place.open(folder);
    // Listened on first and only then given its name, so that nobody meets a lock without a listener.
    const draft = place.at(`guardian-${randomUUID().slice(0, 8)}.new`);
    const server = createServer((asker) => asker.destroy());
    try {
      await listen(server, draft);
      return new FolderLock(server, place, await claim(draft, place));
    } catch (error) {
      server.close();
      await place[Symbol.asyncDispose]();
      throw error;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#place.at(lockName(this.#number)), { force: true });
    await new Promise((resolve) => this.#server.close(resolve));
    await this.#place[Symbol.asyncDispose]();
  }
}

/** Gives the draft the next number when nobody listens on any lock; the locks of the dead are cleared away. */
const claim = async (draft: string, place: Place): Promise<number> => {
  for (let round = 0; round < mostRounds; round++) {
    const known = await place.locks();
    for (const number of known)
      if (await isListenedOn(place.at(lockName(number)))) throw new LockedError('another guardian uses it');
    const number = Math.max(0, ...known) + 1;
    if (!(await linked(draft, place.at(lockName(number))))) continue;
    const higher = (await place.locks()).some((other) => other > number);
    if (!higher) {
      for (const dead of known) await rm(place.at(lockName(dead)), { force: true });
      for (const draft of await place.drafts()) await rm(place.at(draft), { force: true });
      return number;
    }
    // Somebody has taken over and cleared away meanwhile; the next look tells whether they live.
    await rm(place.at(lockName(number)), { force: true });
  }
  throw new LockedError('another guardian uses it');
};

/** False when the name is taken, or when the draft was cleared away by somebody who has the lock. */
const linked = (draft: string, lock: string): Promise<boolean> =>
  link(draft, lock).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST' || error.code === 'ENOENT') return false;
      throw error;
    },
  );

/** sun_path holds 108 bytes with the zero at its end (unix(7)); the names here take up to 24 of them. */
const longestFolder = 80;

/** The folder by a path that is short enough for sockets, whatever its own. */
class Place implements AsyncDisposable {
  readonly #folder: string;
  readonly #handle: FileHandle | undefined;

  private constructor(folder: string, handle: FileHandle | undefined) {
    this.#folder = folder;
    this.#handle = handle;
  }

  static async open(folder: string): Promise<Place> {
    if (Buffer.byteLength(folder) <= longestFolder) return new Place(folder, undefined);
    const handle = await open(folder, 'r');
    return new Place(`/proc/self/fd/${handle.fd}`, handle);
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  /** The numbers of the locks, of the living and the dead. */
  async locks(): Promise<number[]> {
    const names = await readdir(this.#folder);
    return names.flatMap((name) => lockPattern.exec(name)?.slice(1).map(Number) ?? []);
  }

  async drafts(): Promise<string[]> {
    return (await readdir(this.#folder)).filter((name) => draftPattern.test(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle?.close();
  }
}

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path }, resolve).unref();
  });

/** Whether anybody listens on a socket: only a refusal says that nobody does. */
const isListenedOn = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const asker = connect({ path });
    asker.once('connect', () => {
      asker.destroy();
      resolve(true);
    });
    asker.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(code !== 'ECONNREFUSED' && code !== 'ENOENT' && code !== 'ENOTSOCK'),
    );
  });
