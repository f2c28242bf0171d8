import type { BackendStatus, FarmStatus, GuardianStatus } from '../guardian/guardian-status.ts';

/** An HTTP answer: its status code, and its body before it becomes JSON. */
export interface Answer {
  readonly code: number;
  readonly body: unknown;
}

const notFound = (what: string): Answer => ({ code: 404, body: { error: `no ${what}` } });

/**
 * The read-only API:
 *
 * - `/api/v1/farms` the whole status; `/api/v1/farms/F`, `/api/v1/farms/F/backends/B` a part of it
 * - `/backends/F/B` 200 while up is desired of the backend, 503 otherwise: for the probes of cloud balancers
 * - `/readyz` 200 once every check has given a result, 503 before
 */
export const answer = (method: string, url: string, status: () => GuardianStatus | undefined): Answer => {
  if (method !== 'GET' && method !== 'HEAD') return { code: 405, body: { error: 'only GET: this API is read-only' } };
  const path = decodePath(url);
  if (!path) return { code: 400, body: { error: 'malformed URL' } };
  const now = status();
  if (!now) return { code: 503, body: { error: 'the guardian is starting' } };
  if (path[0] === 'api' && path[1] === 'v1' && path[2] === 'farms') return farms(path.slice(3), now);
  if (path[0] === 'backends' && path.length === 3) return rotation(path[1] ?? '', path[2] ?? '', now);
  if (path[0] === 'readyz' && path.length === 1) return { code: now.ready ? 200 : 503, body: { ready: now.ready } };
  return notFound('such page');
};

const decodePath = (url: string): string[] | undefined => {
  try {
    const { pathname } = new URL(url, 'http://guardian');
    return pathname.replace(/\/$/, '').split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
};

const farms = (path: readonly string[], status: GuardianStatus): Answer => {
  const [farmId, backends, backendId, ...more] = path;
  if (farmId === undefined) return { code: 200, body: status };
  const farm = status.farms.find(({ id }) => id === farmId);
  if (!farm) return notFound(`farm ${farmId}`);
  if (backends === undefined) return { code: 200, body: farm };
  if (backends !== 'backends' || backendId === undefined || more.length > 0) return notFound('such page');
  const backend = findBackend(farm, backendId);
  return backend ? { code: 200, body: backend } : notFound(`backend ${farmId}/${backendId}`);
};

const rotation = (farmId: string, backendId: string, status: GuardianStatus): Answer => {
  const farm = status.farms.find(({ id }) => id === farmId);
  const backend = farm && findBackend(farm, backendId);
  if (!backend) return notFound(`backend ${farmId}/${backendId}`);
  const { desired, health } = backend;
  return { code: desired === 'up' ? 200 : 503, body: { desired, health } };
};

const findBackend = (farm: FarmStatus, id: string): BackendStatus | undefined => farm.backends.find((b) => b.id === id);
