import type { Ipvsadm, IpvsadmEnd } from '../../../src/hook/ipvs/ipvsadm.ts';

interface Server {
  method: string;
  weight: number;
  flags: string[];
  upper: number;
  lower: number;
}

const done = (stdout = ''): IpvsadmEnd => ({ exitCode: 0, stdout, stderr: '' });
const refused = (stderr: string): IpvsadmEnd => ({ exitCode: 255, stdout: '', stderr: `${stderr}\n` });

/** The words that {@link FakeIpvs} takes in front of the server: `-t ADDRESS`, `-f 6 -6` … */
const servicePart = (words: readonly string[]): number => (words[0] === '-f' && words[2] === '-6' ? 3 : 2);

/** An IPVS table that answers like ipvsadm 1.31: above all, `-e` sets anew whatever it is not told. */
export class FakeIpvs {
  /** Every command that changed something, in order. */
  readonly commands: string[] = [];
  /** What the next run does instead, if anything. */
  fault: IpvsadmEnd | Error | undefined;
  readonly #services = new Map<string, { options: string; servers: Map<string, Server> }>();

  constructor(rules: string) {
    this.restore(rules);
  }

  /** Runs it. */
  readonly ipvsadm: Ipvsadm = async (args) => {
    const { fault } = this;
    this.fault = undefined;
    if (fault instanceof Error) throw fault;
    return fault ?? this.#run(args);
  };

  /** Begins anew with what `ipvsadm -Sn` printed, and thresholds, which it does not print. */
  restore(rules: string): void {
    this.#services.clear();
    for (const line of rules.split('\n').filter((line) => line !== '')) this.#run(line.split(' '));
    this.commands.length = 0;
  }

  /** What `ipvsadm -Sn` prints. */
  get rules(): string {
    let text = '';
    for (const [service, { options, servers }] of this.#services) {
      text += `-A ${service}${options}\n`;
      for (const [address, { method, weight, flags }] of servers)
        text += `${['-a', service, '-r', address, method, '-w', weight, ...flags].join(' ')}\n`;
    }
    return text;
  }

  /** What `ipvsadm -Ln --thresholds` prints. */
  get thresholds(): string {
    const names: Record<string, string> = { '-t': 'TCP', '-u': 'UDP', '--sctp-service': 'SCTP', '-f': 'FWM' };
    let text = 'IP Virtual Server version 1.2.1 (size=4096)\nProt LocalAddress:Port            Uthreshold Lthreshold\n';
    for (const [service, { servers }] of this.#services) {
      const [kind = '', what, family] = service.split(' ');
      text += `${names[kind]?.padEnd(4)} ${what}${family === '-6' ? ' IPv6' : ''} rr\n`;
      for (const [address, { upper, lower }] of servers)
        text += `  -> ${address.padEnd(28)} ${String(upper).padEnd(10)} ${String(lower).padEnd(10)} 0          0         \n`;
    }
    return text;
  }

  #run(args: readonly string[]): IpvsadmEnd {
    const [command = '', ...words] = args;
    if (command === '-Sn') return done(this.rules);
    if (command === '-Ln') return done(this.thresholds);
    this.commands.push(args.join(' '));
    const count = servicePart(words);
    const key = words.slice(0, count).join(' ');
    const rest = words.slice(count);
    if (command === '-A') {
      this.#services.set(key, { options: rest.map((word) => ` ${word}`).join(''), servers: new Map() });
      return done();
    }
    const service = this.#services.get(key);
    if (!service) return refused('Service not defined');
    const [, address = ''] = rest;
    const known = service.servers.get(address);
    if (command === '-a' ? known : !known) return refused(known ? 'Destination already exists' : 'No such destination');
    if (command === '-d') service.servers.delete(address);
    else service.servers.set(address, serverOf(rest.slice(2)));
    return done();
  }
}

const serverOf = (words: readonly string[]): Server => {
  const server: Server = { method: '-g', weight: 1, flags: [], upper: 0, lower: 0 };
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (/^-[mgi]$/.test(word)) server.method = word;
    else if (word === '-w') server.weight = Number(rest.shift());
    else if (word === '-x') server.upper = Number(rest.shift());
    else if (word === '-y') server.lower = Number(rest.shift());
    else server.flags.push(word);
  }
  if (server.method === '-i' && server.flags.length === 0) server.flags.push('--tun-type', 'ipip');
  return server;
};
