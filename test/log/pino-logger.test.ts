import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger, type LogOptions } from '../../src/log/pino-logger.ts';

const logged = (options: Omit<LogOptions, 'destination'>): string => {
  let text = '';
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += chunk;
      done();
    },
  });
  const log = createLogger({ ...options, destination });
  log.debug({ farm: 'ftp' }, 'a result');
  log.warn({ farm: 'ftp', backend: 'b1', code: 'refused' }, 'down');
  return text;
};

it('writes JSON lines with an ISO time for machines', () => {
  const lines = logged({ pretty: false }).trim().split('\n');
  expect(lines).toHaveLength(1);
  const line = JSON.parse(lines[0] ?? '');
  expect(line).toEqual({ level: 40, time: line.time, farm: 'ftp', backend: 'b1', code: 'refused', msg: 'down' });
  expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
});

it('writes lines for people on a terminal', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const text = logged({ pretty: true }).replace(/\u001b\[\d+m/g, '');
  expect(text).toMatch(/^\[\d\d:\d\d:\d\d\.\d{3}\] WARN: ftp\/b1: down \{"code":"refused"\}\n$/);
});

it('writes what is as grave as asked for, or graver', () => {
  expect(logged({ pretty: false, level: 'debug' }).trim().split('\n')).toHaveLength(2);
});
