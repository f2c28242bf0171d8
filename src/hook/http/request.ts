import type { BackendChange } from '../hook.ts';
import { fillWith, templateFields } from '../template.ts';
import { encodeComponent, encodeHeader, encodeHost, encodingFor } from './encode.ts';
import { fillBody } from './fill-body.ts';
import { contentTypeOf, splitUrl } from './mistakes.ts';
import type { HttpHookOptions } from './options.ts';

/** A request with everything filled in. */
export interface Request {
  readonly method: string;
  readonly secure: boolean;
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query, as they go on the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * The request that tells one change.
 *
 * @throws Error when a value cannot stand where it should
 */
export const requestFor = (
  options: HttpHookOptions,
  change: BackendChange,
  name: string,
  secret: string | undefined,
): Request => {
  const { headers: templates = {}, states = {}, user } = options;
  const { method = options.method ?? 'POST', url = options.url, body = options.body } = states[change.state] ?? {};
  const parts = splitUrl(url);
  if (!parts) throw new Error(`${url} is no URL`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line end would begin another header
  if (secret !== undefined && /[\u0000-\u001f\u007f]/.test(secret))
    throw new Error('the secret has control characters in it');

  const values: Record<string, string> = { name };
  for (const field of templateFields) values[field] = String(change[field] ?? '');
  const origin = new URL(`${parts.scheme}://${fillWith(parts.authority, { host: change.host }, encodeHost)}/`);
  const path = fillWith(parts.path, values, encodeComponent);
  if (secret !== undefined) values['secret'] = secret;

  const type = contentTypeOf(templates, body);
  const text = body === undefined ? undefined : fillBody(body, values, encodingFor(type) ?? String);
  const headers: Record<string, string> = {};
  if (text !== undefined) headers['Content-Type'] = type;
  if (text !== undefined || method !== 'GET') headers['Content-Length'] = String(Buffer.byteLength(text ?? ''));
  if (user !== undefined) headers['Authorization'] = basic(user, secret ?? '');
  for (const [header, template] of Object.entries(templates))
    if (header.toLowerCase() !== 'content-type') headers[header] = fillWith(template, values, encodeHeader);

  const secure = parts.scheme === 'https';
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  return { method, secure, host, port: Number(origin.port) || (secure ? 443 : 80), path, headers, body: text };
};

/** The header of basic authentication (RFC 7617). */
const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
