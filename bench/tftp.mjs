// What a check of TFTP costs by itself, in ratios of one run: `npm run bench:tftp`; ROUNDS=100 for quieter medians.
// Sentinel: CPU of reading a file of one block, in this process, against a raw dialogue of node:dgram on two sockets; and
// against the same on a port that nobody else can have: two raw dialogues at a time may get the same one, and then hang.
// Dead port: how long it takes to notice that nothing listens.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { runCheck, systemClock } from 'farm-guardian';
import { tftp } from 'farm-guardian/checks';
import { cpuMs, inTurn, rounds } from './measure.mjs';
import { median } from './median.mjs';
import { startResponder } from './tftp-responder.mjs';

const host = '127.0.0.1';
const request = Buffer.from('\0\x01farm-guardian.txt\0octet\0');
const acknowledgement = Buffer.of(0, 4, 0, 1);

const run = (port, options = {}) =>
  runCheck({ checker: tftp, target: { host, port }, options }, { timeoutMs: 10_000, clock: systemClock });

const check = async (port) => {
  const outcome = await run(port);
  if (outcome.status !== 'OK') throw new Error(outcome.summary);
};

/** The least that notices both an answer, which comes from another port, and a refusal: two sockets on one port. */
const rawDialogue = (port, ownPort = 0) =>
  new Promise((resolve, reject) => {
    const hearing = createSocket({ type: 'udp4', reuseAddr: true });
    const asking = createSocket({ type: 'udp4', reuseAddr: true });
    asking.on('error', reject);
    hearing.on('message', (bytes, from) => {
      if (bytes.readUInt32BE(0) !== 0x00030001) return reject(new Error(`answered with ${bytes}`));
      hearing.send(acknowledgement, from.port, from.address, () => {
        hearing.close();
        asking.close();
        resolve();
      });
    });
    hearing.bind(ownPort, host, () => {
      asking.bind(hearing.address().port, host, () => {
        asking.connect(port, host, () => asking.send(request));
      });
    });
  });

/** The same on a port that the system gives to nobody else, which it only promises to a socket without `reuseAddr`. */
const safeDialogue = (port) =>
  new Promise((resolve, reject) => {
    const picking = createSocket('udp4');
    picking.bind(0, host, () => {
      const ownPort = picking.address().port;
      picking.close();
      rawDialogue(port, ownPort).then(resolve, reject);
    });
  });

const verdict = (what, value, target, digits = 2) =>
  console.log(`${value <= target ? '✓' : '✗'} ${what}: ${value.toFixed(digits)} (target: at most ${target})\n`);

const sentinel = async () => {
  const { port, stop } = await startResponder();
  const dialogues = [() => rawDialogue(port), () => safeDialogue(port), () => check(port)];
  // A daemon runs for months: the compiler has seen its code.
  for (const dialogue of dialogues) await cpuMs(dialogue, 5_000);
  const [raw, safe, ours] = await inTurn(dialogues.map((dialogue) => () => cpuMs(dialogue, 200)));
  stop();
  const us = (values) => `${(median(values) * 1_000).toFixed(0)} µs`;
  console.log('CPU of a sentinel file of one block:');
  console.log(`  node:dgram                     ${us(raw)}`);
  console.log(`  node:dgram on a port of its own ${us(safe)}`);
  console.log(`  the check                      ${us(ours)}`);
  const ratio = (values) => median(ours.map((ms, round) => ms / values[round]));
  verdict('check / node:dgram', ratio(raw), 1.3);
  verdict('check / node:dgram on a port of its own', ratio(safe), 1.3);
};

const deadPort = async () => {
  const socket = createSocket('udp4').bind(0, host);
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  const times = [];
  for (let i = 0; i < rounds * 5; i++) {
    const start = performance.now();
    const { code } = await run(port);
    times.push(performance.now() - start);
    if (code !== 'refused') throw new Error(`a dead port is ${code}`);
  }
  console.log(
    `A dead port is noticed after ${median(times).toFixed(2)} ms, at worst ${Math.max(...times).toFixed(2)} ms`,
  );
  verdict('median, ms', median(times), 5);
};

const system = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
console.log(`Node ${process.versions.node}, ${system}; ${rounds} rounds in turn, medians\n`);
await sentinel();
await deadPort();
