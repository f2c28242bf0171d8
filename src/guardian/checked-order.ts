import * as v from 'valibot';
import { endOfTime } from '../clock/iso-time.ts';
import { type AdminOrder, adminStates } from '../health/admin-order.ts';

/** Thrown for an order that is none; the message says what is wrong with which part of it. */
export class OrderError extends Error {
  override readonly name = 'OrderError';
}

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));

const schema = v.strictObject({
  state: v.picklist(adminStates),
  author: v.pipe(text(100), v.minLength(1)),
  reason: text(1_000),
  until: v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(endOfTime))),
});

/**
 * The order that somebody gave. JSON and plain JavaScript know no types, and what is no order would be lost from the journal at
 * the next start.
 *
 * @throws OrderError
 */
export const checkedOrder = (given: unknown): AdminOrder => {
  const { success, output, issues } = v.safeParse(schema, given);
  if (success) return output;
  const [issue] = issues;
  throw new OrderError(`malformed order: ${[v.getDotPath(issue), issue.message].filter(Boolean).join(': ')}`);
};
