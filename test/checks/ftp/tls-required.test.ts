import { describe, expect, it } from 'vitest';
import { demandsTls } from '../../../checks/ftp/tls-required.ts';

describe('a reply that demands TLS', () => {
  it.each([
    [530, '530 Non-anonymous sessions must use encryption.'],
    [530, '530 Anonymous sessions must use encryption.'],
    [522, '522 Data connections must be encrypted.'],
    [550, '550 SSL/TLS required on the control channel'],
    [522, '522 SSL/TLS required on the data channel'],
    [
      421,
      '421 Sorry, cleartext sessions and weak ciphers are not accepted on this server. Please reconnect using TLS security mechanisms.',
    ],
    [503, '503 Use AUTH first.'],
    [530, '530 This server does not allow plain FTP. You have to use FTP over TLS.'],
    [534, '534 Policy requires SSL.'],
    [534, '534-Policy requires SSL. 534 End'],
    [530, '530 TLS required'],
    [530, '530 Login only over a secure connection'],
    [550, '550 You need to use SSL or TLS'],
  ])('%d: %s', (code, said) => {
    expect(demandsTls(code, said)).toBe(true);
  });

  it.each([
    [530, '530 Login incorrect.'],
    [530, '530 Please login with USER and PASS.'],
    [530, '530 Authentication required'],
    [530, '530 You must log in first'],
    [530, '530 Sorry, no more than 10 connections are allowed from your address'],
    [421, '421 Too many connections (8) from this IP'],
    [421, '421 Maximum number of SSL connections reached'],
    [550, '550 ssl.txt: No such file or directory'],
    [550, '550 tls-only-permissions.txt: Permission denied'],
    [500, '500 TLS required? I do not know that command'],
    [230, '230 TLS required from next month on'],
    [200, '200 TLS must be used'],
  ])('is not %d: %s', (code, said) => {
    expect(demandsTls(code, said)).toBe(false);
  });
});
