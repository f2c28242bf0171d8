import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { ftpOptions, isDeep } from '../../../checks/ftp/options.ts';

const complaints = (options: unknown): string[] => {
  const parsed = v.safeParse(ftpOptions, options);
  return parsed.success ? [] : parsed.issues.map(({ path, message }) => `${path?.[0]?.key}: ${message}`);
};

describe('the options of the FTP checker on TLS', () => {
  it.each<[object, string[]]>([
    [{ ssl: true, certificate: '30,7', sni: 'ftp.farm.test' }, []],
    [{ certificate: '30' }, []],
    [{ tls: 'explicit', certificate: '30', sni: 'ftp.farm.test', tlsCa: 'ca.pem', tlsMinVersion: '1.3' }, []],
    [{ tls: 'implicit', tlsInsecure: true, tlsReuse: 'require', list: true }, []],
    [{ tls: 'starttls' }, ['tls: must be one of explicit, implicit']],
    [{ tls: 'explicit', ssl: true }, ['ssl: is for a look at the greeting alone: say tls implicit']],
    [{ user: 'probe', certificate: '30' }, ['certificate: needs tls']],
    [{ file: 'a', sni: 'ftp.farm.test' }, ['sni: needs tls']],
    [{ tlsCa: 'ca.pem' }, ['tlsCa: needs tls']],
    [{ file: 'a', tlsInsecure: true }, ['tlsInsecure: needs tls']],
    [{ file: 'a', tlsMinVersion: '1.3' }, ['tlsMinVersion: needs tls']],
    [{ tls: 'explicit', tlsMinVersion: '1.1' }, ['tlsMinVersion: must be one of 1.2, 1.3']],
    [{ tls: 'explicit', tlsReuse: 'require' }, ['tlsReuse: needs data or list or file or upload']],
    [{ tls: 'explicit', tlsCa: 'ca.pem', tlsInsecure: true }, ['tlsCa: is of no use with tlsInsecure']],
    [{ tls: 'explicit', tlsCa: 'ca.pem', tlsInsecure: false }, []],
    [{ certificate: 'soon' }, ['certificate: Invalid certificate expiration period - soon']],
    [{ certificate: '1.5' }, ['certificate: Invalid certificate expiration period - 1.5']],
    [{ sni: '10.2.0.11' }, ['sni: must be a host name']],
    [{ sni: '2001:db8::1' }, ['sni: must be a host name']],
    [{ sni: 'ftp.farm.test\r\n' }, ['sni: must be a host name']],
    [{ sni: '' }, ['sni: must be a host name']],
  ])('%j: %j', (options, expected) => {
    expect(complaints(options)).toEqual(expected);
  });

  it.each<[object, boolean]>([
    [{ ssl: true }, false],
    [{ certificate: '30', sni: 'ftp.farm.test' }, false],
    [{ tls: 'explicit' }, true],
  ])('%j makes a check deep: %j', (options, deep) => {
    expect(isDeep(options)).toBe(deep);
  });
});
