import { describe, expect, it } from 'vitest';
import { answer, start } from './tftp-run.ts';
import { data, error, oack, openUdpPeer } from './udp-peer.ts';

/**
 * First answers of tftpd-hpa 5.2, atftpd 0.8.0 and dnsmasq 2.90, recorded: they differ most where something is wrong.
 */
describe('what real servers were recorded to answer to', () => {
  it.each([
    ['a missing file, tftpd-hpa and atftpd', error(1, 'File not found'), 'file-missing'],
    ['a missing file, dnsmasq', error(1, 'file /srv/tftp/nosuch not found for 127.0.0.1'), 'file-missing'],
    ['a file without permission, tftpd-hpa', error(0, 'Permission denied'), 'access-denied'],
    ['a file without permission, atftpd', error(1, 'File not found'), 'file-missing'],
    [
      'a file without permission, dnsmasq',
      error(2, 'cannot access /srv/tftp/secret: Permission denied'),
      'access-denied',
    ],
    ['a folder, tftpd-hpa', error(0, 'Is a directory'), 'file-missing'],
    ['a folder, atftpd', data(1), 'size-mismatch'],
    ['a folder, dnsmasq', error(0, 'cannot read /srv/tftp/dir: Is a directory'), 'file-missing'],
    ['a path outside, tftpd-hpa', error(1, 'File not found'), 'file-missing'],
    ['a path outside, atftpd', error(2, 'Access violation'), 'access-denied'],
    ['an unknown mode, tftpd-hpa', error(4, 'Unknown mode'), 'protocol'],
    ['what it does not know, dnsmasq', error(4, 'unsupported request from 127.0.0.1'), 'protocol'],
    ['options it has not, tftpd-hpa', error(8, 'Unsupported option(s) requested'), 'options-refused'],
    ['options it has not, atftpd', error(8, 'Failure to negotiate RFC2347 options'), 'options-refused'],
    ['no ACK, atftpd', Buffer.from('000300', 'hex'), 'protocol'],
    ['a write, atftpd', Buffer.from('00040000', 'hex'), 'protocol'],
  ])('%s', async (_, packet, code) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port);
    await answer(server, session, packet);
    expect(await outcome).toMatchObject({ status: 'CRITICAL', code });
  });

  it.each([
    ['tftpd-hpa', oack('blksize', '1428', 'tsize', '23', 'timeout', '1'), 3],
    ['atftpd', oack('tsize', '23', 'timeout', '1', 'blksize', '1428'), 3],
    ['dnsmasq', oack('blksize', '1428', 'tsize', '23'), 2],
  ])('blksize, tsize and timeout, %s', async (_, packet, count) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { blksize: 1_428, tsize: true, optionTimeout: 1 });
    const { from } = await answer(server, session, packet);
    await session.next();
    await session.send(data(1, 'farm guardian sentinel\n'), from);
    const { status, facts } = await outcome;
    expect([status, facts['options']]).toEqual(['OK', expect.objectContaining({ length: count })]);
  });

  it.each([
    ['tftpd-hpa and atftpd', 'a\r\nb\r\0c\r\0\r\n', 'a\nb\rc\r\n'],
    ['dnsmasq, which leaves a lone CR alone', 'a\r\nb\rc\r\r\n', 'a\nb\rc\r\n'],
  ])('a file in netascii, %s', async (_, sent, content) => {
    await using server = await openUdpPeer();
    await using session = await openUdpPeer();
    const { outcome } = start(server.port, { mode: 'netascii', content, size: content.length });
    await answer(server, session, data(1, sent));
    expect(await outcome).toMatchObject({ status: 'OK' });
  });
});
