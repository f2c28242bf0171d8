import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type ScriptedServer, serve } from './scripted-server.ts';

/** What a scripted FTP server says to a command: a reply, nothing, or whatever a function does. */
export type Answer = string | null | ((control: Socket, data: Promise<Socket>) => void);

/** An FTP server whose every word can be chosen; by default it is a good one with one file of three bytes. */
export interface ScriptedFtp extends ScriptedServer {
  /** Resolves once the client has seen the end of a data connection. */
  readonly dataSeen: Promise<unknown>;
  /** Sends the file over the data connection, once that is open. */
  sendData(): void;
}

/** Starts one on 127.0.0.1, or on a unix socket. `answers` are by command, `greeting` is the first. */
export const serveFtp = async (
  answers: Readonly<Record<string, Answer>> = {},
  {
    content = 'OK\n',
    greeting = '220 ready',
    path,
  }: { readonly content?: string; readonly greeting?: Answer; readonly path?: string } = {},
): Promise<ScriptedFtp> => {
  const data: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    socket.resume().once('end', () => {
      socket.end();
      data.emit('seen');
    });
    data.emit('open', socket);
  });
  data.listen(0, '127.0.0.1');
  await once(data, 'listening');
  const { port } = data.address() as AddressInfo;
  const dataSeen = once(data, 'seen');
  const opened = once(data, 'open') as Promise<[Socket]>;
  const dataSocket = opened.then(([socket]) => socket);
  const sendData = () => void dataSocket.then((socket) => socket.end(content));

  const good: Readonly<Record<string, Answer>> = {
    greeting,
    USER: '331 password please',
    PASS: '230 welcome',
    TYPE: '200 binary',
    EPSV: `229 Entering Extended Passive Mode (|||${port}|)`,
    PASV: `227 Entering Passive Mode (127,0,0,1,${port >> 8},${port & 255})`,
    RETR: (control) => {
      control.write('150 here it comes\r\n');
      sendData();
      control.write('226 done\r\n');
    },
    QUIT: (control) => void control.end('221 bye\r\n'),
  };
  const server = await serve((control) => {
    const answer = (command: string) => {
      const words = answers[command] === undefined ? (good[command] ?? '502 what?') : answers[command];
      if (typeof words === 'function') words(control, dataSocket);
      else if (words !== null) control.write(`${words}\r\n`);
    };
    let heard = '';
    control.on('data', (bytes) => {
      heard += bytes;
      const lines = heard.split('\r\n');
      heard = lines.pop() ?? '';
      for (const line of lines) answer(line.slice(0, 4));
    });
    answer('greeting');
  }, path);
  return {
    port: server.port,
    dataSeen,
    sendData,
    get received() {
      return server.received;
    },
    gone: () => server.gone(),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      data.close();
    },
  };
};
