// A process that serves one short file by TFTP to whoever asks, from a port of its own, until its parent is gone.
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';

const serve = () => {
  const block = Buffer.concat([Buffer.of(0, 3, 0, 1), Buffer.from('all is well\n')]);
  const asked = createSocket('udp4');
  const answering = createSocket('udp4');
  asked.on('message', (_, { port, address }) => answering.send(block, port, address));
  asked.bind(0, '127.0.0.1', () => process.stdout.write(`${asked.address().port}\n`));
  process.stdin.on('end', () => process.exit()).resume();
};

/** Starts one on loopback; gives its port. */
export const startResponder = async () => {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await child.stdout.take(1).toArray();
  return { port: Number(port), stop: () => child.stdin.end() };
};

if (process.argv[1] === import.meta.filename) serve();
