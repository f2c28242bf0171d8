/** What operators can order of a backend; `ready` takes the order before it back. */
export const adminStates = ['ready', 'drain', 'maintenance', 'forced-up', 'forced-down'] as const;

/** One of {@link adminStates}. */
export type AdminState = (typeof adminStates)[number];

/** An operator's order. It wins over health, over the guard and over restarts, until it ends or is taken back. */
export interface AdminOrder {
  readonly state: AdminState;
  /** Who ordered it. */
  readonly author: string;
  readonly reason: string;
  /** When it ends by itself, in milliseconds since the epoch; `null` for never. */
  readonly until: number | null;
}

/** The order in force of a backend; `null` while it is `ready`. */
export type StandingOrder = AdminOrder | null;

/** Whether an order has come to its end. */
export const hasExpired = ({ until }: AdminOrder, now: number): boolean => until !== null && until <= now;
