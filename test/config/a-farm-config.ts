import { type Config, type FarmConfig, parseConfig } from '../../src/config/index.ts';
import { registry } from './registry.ts';

const parse = (text: string): Config => parseConfig(text, '/etc/farm-guardian/farm-guardian.yaml', registry);

/** The only farm of a config whose farm has these further lines. */
export const farmWith = (...lines: readonly string[]): FarmConfig => {
  const own = ['check: { type: ftp }', 'backends: { b1: 10.2.0.11 }'];
  const key = (line: string) => line.split(':')[0];
  const kept = own.filter((line) => !lines.some((other) => key(other) === key(line)));
  const [farm] = parse(['farms:', '  ftp:', ...[...kept, ...lines].map((line) => `    ${line}`)].join('\n')).farms;
  if (!farm) throw new Error('no farm');
  return farm;
};
