import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock/clock.ts';
import type { Dialogue } from './dialogue.ts';
import { inPieces } from './drip-stream.ts';
import { flood } from './flood.ts';
import { LineSplitter } from './line-splitter.ts';

/** How a fault spoils the start of a connection, below the protocol. */
export interface Opening<Fault extends string> {
  readonly fault: Fault;
  /** What is sent at once. */
  readonly say?: string;
  /** What comes after it: the protocol, silence, an orderly end, a TCP reset, or the same again and again. */
  readonly next: 'serve' | 'hold' | 'end' | 'reset' | 'repeat';
}

/** What {@link receive} needs to know. */
export interface Reception<Fault extends string> {
  /** Possible openings; the first whose fault is active, and which does not end in `serve`, decides. */
  readonly openings: readonly Opening<Fault>[];
  readonly faults: ReadonlySet<Fault | 'drip' | 'split'>;
  readonly dialogue: Dialogue;
  readonly clock: Clock;
  /** Takes over a connection that is allowed to speak the protocol. */
  readonly serve: (connection: Duplex) => void;
}

/** Lets a new connection begin as the active faults want it. */
export const receive = <Fault extends string>(socket: Socket, reception: Reception<Fault>): void => {
  const { openings, faults, dialogue, clock, serve } = reception;
  const connection = inPieces(socket, faults, clock);
  for (const { fault, say, next } of openings) {
    if (!faults.has(fault)) continue;
    if (say !== undefined) connection.write(say);
    if (next === 'serve') continue;
    if (next === 'reset') socket.resetAndDestroy();
    if (next === 'end') connection.end();
    if (next === 'repeat') flood(connection, say ?? '\n');
    noteLines(connection, dialogue);
    return;
  }
  serve(connection);
};

/** Notes what a client says to a server that does not answer. */
const noteLines = (connection: Duplex, dialogue: Dialogue): void => {
  const splitter = new LineSplitter();
  connection.on('data', (piece: Buffer) => {
    for (const line of splitter.feed(piece)) dialogue.note(line);
  });
};
