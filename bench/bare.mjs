// A process that has the guardian's dialogue with thousands of FTP servers over bare `node:net`, once a second with each: no time
// limit, no verdict, no schedule: what Node takes of such a check as one would write it. With socket options of one shape, as in
// src/checker/connect.ts, it is about a tenth less.
//   node bench/bare.mjs PORT COUNT
import { connect } from 'node:net';
import { addressOf } from './greeters.mjs';

const [port, count] = process.argv.slice(2).map(Number);
const hosts = Array.from({ length: count }, (_, n) => addressOf(n));
/** The servers come in turns so far apart, in milliseconds, as those of the guardian do. */
const turnMs = 5;
const buffer = Buffer.alloc(1_024);
let greeted = 0;

const look = (host) => {
  const callback = () => {
    if (buffer.latin1Slice(0, 3) === '220') greeted++;
    socket.write('QUIT\r\n');
    socket.destroy();
  };
  const socket = connect({ host, port, onread: { buffer, callback } }).on('error', () => {});
};

const startedAt = performance.now();
let looks = 0;
setInterval(() => {
  const due = ((performance.now() - startedAt) / 1_000) * count;
  // What is overdue after a pause comes in slices, or all sockets there are would be open at once.
  for (let started = 0; looks < due && started < count / 20; started++) look(hosts[looks++ % count]);
}, turnMs);

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send({ greeted, cpuMs: (user + system) / 1_000 });
});
process.on('disconnect', () => process.exit());
process.send('ready');
