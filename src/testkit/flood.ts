import type { Writable } from 'node:stream';

/** How much is handed over at once, at least, in bytes: a call for each line would keep the whole process busy. */
const pieceBytes = 16 * 1024;

/** Says the same words again and again, as fast as they are taken, until the connection ends. */
export const flood = (connection: Writable, words: string): void => {
  const piece = words.repeat(Math.ceil(pieceBytes / words.length));
  const talk = () => {
    while (connection.writable && connection.write(piece));
  };
  connection.on('drain', talk);
  talk();
};
