import * as v from 'valibot';
import { parseSelector, SelectorError } from '../farm/selector.ts';
import { OrderError } from '../guardian/checked-order.ts';
import type { Guardian, ReloadReport } from '../guardian/guardian.ts';
import { type Answer, type Asked, isPath, type Pages } from './answer.ts';

/** What operators reach through {@link controlPages}. */
export interface Control {
  /** `undefined` until it has started. */
  readonly guardian: () => Guardian | undefined;
  /** Reads the config again; rejects, with a message for people, when it cannot be used. */
  readonly reload: () => Promise<ReloadReport>;
}

const recheckSchema = v.strictObject({ names: v.array(v.pipe(v.string(), v.maxLength(300))) });

/**
 * What operators order, for the unix socket alone, by POST with a JSON body:
 *
 * - `/api/v1/farms/F/backends/B/order` `{ state, author, reason, until }`, the last in milliseconds since the epoch, or `null`
 * - `/api/v1/recheck` `{ names: ["FARM", "FARM/BACKEND"] }`, all of them when there are none
 * - `/api/v1/reload`
 */
export const controlPages =
  ({ guardian, reload }: Control): Pages =>
  async (asked) => {
    if (asked.method !== 'POST') return undefined;
    const running = guardian();
    if (!running) return { code: 503, body: { error: 'the guardian is starting' } };
    try {
      return await obey(asked, running, reload);
    } catch (error) {
      if (error instanceof SelectorError) return { code: 404, body: { error: error.message } };
      if (error instanceof OrderError) return { code: 400, body: { error: error.message } };
      if (error instanceof v.ValiError || error instanceof SyntaxError)
        return { code: 400, body: { error: `malformed order: ${error.message}` } };
      throw error;
    }
  };

const obey = async (asked: Asked, guardian: Guardian, reload: Control['reload']): Promise<Answer | undefined> => {
  const { path } = asked;
  const [, , , farm = '', , backend = ''] = path;
  if (isPath(path, 'api', 'v1', 'farms', farm, 'backends', backend, 'order')) {
    guardian.order({ farm, backend }, JSON.parse(await asked.body()));
    return { code: 200, body: guardian.backend({ farm, backend }) };
  }
  if (isPath(path, 'api', 'v1', 'recheck')) {
    const { names } = v.parse(recheckSchema, JSON.parse(await asked.body()));
    const farms = names.length > 0 ? [...guardian.farms()] : [];
    return { code: 200, body: { checks: guardian.recheck(...names.map((name) => parseSelector(name, farms))) } };
  }
  if (!isPath(path, 'api', 'v1', 'reload')) return undefined;
  return reload().then(
    (report) => ({ code: 200, body: report }),
    (error: Error) => ({ code: 422, body: { error: error.message } }),
  );
};
