// A process that greets whoever connects and answers the first words with its last ones, until its parent is gone.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

const serve = (greeting, farewell) => {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(greeting);
    socket.once('data', () => socket.end(farewell));
  });
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
  process.stdin.on('end', () => process.exit()).resume();
};

/** Starts one on loopback, an FTP server unless told otherwise; gives its port. */
export const startGreeter = async (greeting = '220 bench\r\n', farewell = '221 Goodbye.\r\n') => {
  const child = spawn(process.execPath, [import.meta.filename, greeting, farewell], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = await child.stdout.take(1).toArray();
  return { port: Number(port), stop: () => child.stdin.end() };
};

if (process.argv[1] === import.meta.filename) serve(...process.argv.slice(2));
