import * as v from 'valibot';
import { expect, it } from 'vitest';
import { httpHookOptions } from '../../../src/hook/http/options.ts';

const url = 'https://lb.example/api/{farm}';
const secret = { env: 'LB_KEY' };

it.each([
  [{}, 'Invalid key: Expected "url"'],
  [{ url: 'ftp://lb.example/' }, 'must be an http:// or https:// URL'],
  [{ url: 'https://lb.example/a b' }, 'must be an http:// or https:// URL'],
  [{ url: 'https://lb.example/#a' }, 'must be an http:// or https:// URL'],
  [{ url: 'https://lb.example:99999/' }, 'has a wrong host or port'],
  [{ url: 'https://me:pw@lb.example/' }, 'must not carry a password: use user and secret'],
  [{ url: 'https://{farm}.example/' }, 'may have no field but {host} in its host'],
  [{ url: 'https://lb.example/{frm}' }, 'has an unknown field {frm}; there are {farm} {backend} {host}'],
  [{ url: 'https://lb.example/?key={secret}' }, 'has an unknown field {secret}'],
  [{ url, headers: { 'a b': 'c' } }, '"a b" is no name of a header'],
  [{ url, headers: { 'Content-Length': '5' } }, 'Content-Length cannot be set'],
  [{ url, headers: { 'X-A': 'b\r\nX-C: d' } }, 'X-A has a control character in it'],
  [{ url, headers: { 'X-A': '{frm}' } }, 'X-A has an unknown field {frm}'],
  [{ url, headers: { ZAPI_KEY: 'hunter2' } }, 'ZAPI_KEY is a secret: write {secret} there'],
  [{ url, headers: { authorization: 'Bearer x' } }, 'authorization is a secret'],
  [{ url, headers: { 'X-Auth-Token': '{secret}' } }, 'is missing: {secret} is asked for'],
  [{ url, secret }, 'is not used'],
  [{ url, user: 'me' }, 'needs a secret: the password'],
  [{ url, user: 'm:e', secret }, 'must not contain a colon'],
  [{ url, user: 'me', secret, headers: { Authorization: '{secret}' } }, 'there is one already'],
  [{ url, body: '{"port": {port}, "state": {state}}' }, 'is no JSON once its fields are filled in'],
  [{ url, body: { a: ['{frm}'] } }, 'has an unknown field {frm}'],
  [{ url, states: { down: { body: 'not json' } } }, 'is no JSON once its fields are filled in'],
  [{ url, states: { down: { url: 'nowhere' } } }, 'must be an http:// or https:// URL'],
  [{ url, states: { gone: {} } }, 'Invalid key'],
  [{ url, headers: { 'Content-Type': 'text/html' }, body: 'x' }, 'cannot fill fields into a text/html'],
  [{ url, headers: { 'Content-Type': 'text/plain' }, body: { a: 1 } }, 'must be a text to be sent as text/plain'],
  [{ url, method: 'put' }, 'must be one of GET, POST, PUT, PATCH, DELETE'],
  [{ url, status: 99 }, 'must be a status such as 204'],
  [{ url, status: '299-200' }, 'must be a status such as 204'],
  [{ url, status: [] }, 'must be a status such as 204'],
  [{ url: 'http://lb.example/', tlsCa: '/ca.pem' }, 'needs an https:// URL'],
])('refuses the options %j', (options, message) => {
  const { issues } = v.safeParse(httpHookOptions, options);
  expect(issues?.map((issue) => issue.message).join('; ')).toContain(message);
});

it.each([
  [{ url }],
  [{ url: 'http://{host}:8080?state={state}' }],
  [{ url: 'http://[::1]:8080/' }],
  [{ url, body: '{"port": {port}, "state": "{state}"}', status: '200-204' }],
  [{ url, headers: { Authorization: 'Bearer {secret}' }, secret }],
  [{ url, body: '{"password": "{secret}"}', secret }],
])('takes the options %j', (options) => {
  expect(v.safeParse(httpHookOptions, options).success).toBe(true);
});
