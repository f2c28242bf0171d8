import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Flag } from '../../src/plugin/flag.ts';
import { getopt } from '../../src/plugin/getopt.ts';

const flag = (long: string, short?: string, metavar?: string): Flag => ({
  long,
  short,
  metavar,
  help: long,
  setting: { what: 'verbose' },
});

const flags = [
  flag('hostname', 'H', 'ADDRESS'),
  flag('port', 'p', 'PORT'),
  flag('verbose', 'v'),
  flag('version', 'V'),
  flag('jail', 'j'),
  flag('expect', 'e', 'TEXT'),
  flag('maxbytes', 'm', 'N'),
  flag('max-bytes', undefined, 'N'),
  flag('password-file', undefined, 'FILE'),
];

/** The parsed words as one line: `long=value …`, `: operands`, `! fault`. */
const parse = (argv: readonly string[], spelling: Parameters<typeof getopt>[2] = {}): string => {
  const { flags: given, operands, fault } = getopt(argv, flags, spelling);
  const words = given.map(({ flag: { long }, value }) => (value === undefined ? long : `${long}=${value}`));
  return [...words, ...(operands.length > 0 ? [`: ${operands.join(',')}`] : []), ...(fault ? [`! ${fault}`] : [])].join(
    ' ',
  );
};

describe('getopt takes a command line apart as GNU getopt_long does', () => {
  it.each<[string[], string]>([
    [['-H', 'a', '-p', '21'], 'hostname=a port=21'],
    [['-Ha', '-p21'], 'hostname=a port=21'],
    [['-jvH', 'a'], 'jail verbose hostname=a'],
    [['-jvHa'], 'jail verbose hostname=a'],
    [['--hostname', 'a', '--port=21'], 'hostname=a port=21'],
    [['--expect='], 'expect='],
    [['--expect=a=b'], 'expect=a=b'],
    [['-e', ''], 'expect='],
    [['-e', '-v'], 'expect=-v'],
    [['--expect', '--', 'a'], 'expect=-- : a'],
    [['--host', 'a', '--po', '21'], 'hostname=a port=21'],
    [['--verb'], 'verbose'],
    [['-v', '--', '-j', 'a'], 'verbose : -j,a'],
    [['-v', 'a', '-j'], 'verbose : a,-j'],
    [['-v', '-'], 'verbose : -'],
    [['-v', ''], 'verbose : '],
    [['a', '-v'], ': a,-v'],
  ])('%j is %s', (argv, expected) => {
    expect(parse(argv)).toBe(expected);
  });

  it.each<[string[], string]>([
    [['-v', '-Z'], "verbose ! invalid option -- 'Z'"],
    [['-vZ'], "verbose ! invalid option -- 'Z'"],
    [['-p'], "! option requires an argument -- 'p'"],
    [['--port'], "! option '--port' requires an argument"],
    [['--po'], "! option '--port' requires an argument"],
    [['--jail=yes'], "! option '--jail' doesn't allow an argument"],
    [['--ver'], "! option '--ver' is ambiguous; possibilities: '--verbose' '--version'"],
    [['--moo'], "! unrecognized option '--moo'"],
    [['--pasword-file', 'x'], "! unrecognized option '--pasword-file'; did you mean '--password-file'?"],
  ])('%j ends with %s', (argv, expected) => {
    const parsed = parse(argv);
    expect(parsed.replace(/: .* !/, '!')).toBe(expected);
  });

  it('lets a prefix of a classic option stand for it, whatever newer options it fits', () => {
    expect(parse(['--max', '3'])).toBe('maxbytes=3');
    expect(parse(['--max-', '3'])).toBe('max-bytes=3');
  });

  it('counts an option that is ignored among the classic ones', () => {
    const ignored: Flag = { long: 'protocol', metavar: 'VALUE', setting: { what: 'nothing' } };
    const { fault } = getopt(['--p', '21'], [...flags, ignored]);
    expect(fault).toBe("option '--p' is ambiguous; possibilities: '--port' '--protocol'");
  });

  it('reads aliases, prefixes and values of them included', () => {
    const spelling = { aliases: { '-to': '-p', '--prot': '--port', '--host': '--hostname' } };
    expect(parse(['-to', '3', '--prot=4', '--pro', '5', '--host', 'a'], spelling)).toBe(
      'port=3 port=4 port=5 hostname=a',
    );
  });

  it('lets options follow a host that comes first, where the command wants that', () => {
    expect(parse(['a', '-v', '-p', '2'], { hostFirst: true })).toBe('verbose port=2 : a');
    expect(parse(['a', '-v', 'b'], { hostFirst: true })).toBe('verbose : b');
    expect(parse(['', '-v'], { hostFirst: true })).toBe('verbose : ');
  });

  it('gives everything behind -- as operands', () => {
    const options = fc.constantFrom(['-v'], ['-jv'], ['-e', '--'], ['--port=1'], ['-H', '-x']);
    fc.assert(
      fc.property(fc.array(options), fc.array(fc.string()), (before, operands) => {
        const { fault, ...words } = getopt([...before.flat(), '--', ...operands], flags);
        expect(fault).toBeUndefined();
        expect(words.operands).toEqual(operands);
      }),
    );
  });

  it('takes any words, and says of a faulty one which', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom('-', '--', '-p', '--p', '-vZ', '--x=1'))), (argv) => {
        const { fault } = getopt(argv, flags);
        if (fault !== undefined) expect(fault).toMatch(/'/);
      }),
    );
  });
});
