// A process that greets whoever connects and answers QUIT, until its parent is gone.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const serve = () => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write('220 bench\r\n');
    socket.once('data', () => socket.end('221 Goodbye.\r\n'));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
  process.stdin.on('end', () => process.exit()).resume();
};

/** Starts one on loopback; gives its port. */
export const startGreeter = async () => {
  const child = spawn(process.execPath, [import.meta.filename], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = await child.stdout.take(1).toArray();
  return { port: Number(port), stop: () => child.stdin.end() };
};

if (process.argv[1] === import.meta.filename) serve();
