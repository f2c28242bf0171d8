// A process that stands for thousands of FTP servers: one port on every address of 127.0.0.0/8.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const serve = () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 bench\r\n');
    socket.once('data', () => socket.end('221 Goodbye.\r\n'));
  });
  server.listen({ port: 0, host: '0.0.0.0', backlog: 4_096 }, () => process.stdout.write(`${server.address().port}\n`));
  process.stdin.on('end', () => process.exit()).resume();
};

/** Starts it; gives the port. */
export const startGreeters = async () => {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await child.stdout.take(1).toArray();
  return { port: Number(port), stop: () => child.stdin.end() };
};

/** The address of the n-th server. */
export const addressOf = (n) => `127.1.${Math.floor(n / 250)}.${1 + (n % 250)}`;

if (process.argv[1] === import.meta.filename) serve();
