import type { Socket } from 'node:net';
import { ftp } from '../../../checks/ftp/index.ts';
import { runCommand } from '../../plugin/run-command.ts';
import { serve } from './scripted-server.ts';

/** A server that says something and stays. */
export const saying = (bytes: string | Uint8Array) => (socket: Socket) => void socket.write(bytes);

/** A server that says something and closes. */
export const closing = (bytes: string) => (socket: Socket) => void socket.end(bytes);

/** A server that waits for a line, and says it back. */
export const echoing = (socket: Socket) => void socket.once('data', (line) => socket.write(`220 got: ${line}`));

/** What the command prints, its times and port replaced, behind its exit code. */
export const check = async (script: (socket: Socket) => void, ...argv: string[]): Promise<string> => {
  await using server = await serve(script);
  const { exitCode, stdout } = await runCommand(ftp, ['-H', '127.0.0.1', '-p', String(server.port), ...argv]);
  return `${exitCode} ${masked(stdout, server.port)}`;
};

export const masked = (stdout: string, port: number): string =>
  stdout
    .replace(/time=\d+\.\d{6}s/, 'time=Ts')
    .replace(/\d+\.\d{3} second/, 'T second')
    .replaceAll(String(port), 'PORT');

export const perf = '|time=Ts;;;0.000000;10.000000\n';
export const ok = (text: string, data = perf) =>
  `0 FTP OK - T second response time on 127.0.0.1 port PORT [${text}]${data}`;
export const unexpected = (text: string, data = perf) =>
  `1 FTP WARNING - Unexpected response from host/socket${text}${data}`;

export const ready = saying('220 Farm FTP ready\r\n');
export const full = closing('421 Too many connections, try later\r\n');
