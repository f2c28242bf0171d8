import * as v from 'valibot';
import type { RealServer } from './saved-rules.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const rememberedSchema = v.object({
  server: v.optional(
    v.object({
      address: v.string(),
      port: count,
      method: v.picklist(['-m', '-g', '-i']),
      weight: v.pipe(count, v.minValue(1)),
      flags: v.array(v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/))),
      upper: count,
      lower: count,
    }),
  ),
  told: v.optional(v.picklist(['up', 'drain', 'down'])),
});

/** What is remembered of a backend, since IPVS forgets it with a weight of 0 or a removal. */
export interface Remembered {
  /** How its real server was when it last took clients. */
  readonly server?: RealServer & { readonly upper: number; readonly lower: number };
  /** What we last made of it: a weight of 0 is `drain` or `down`. */
  readonly told?: 'up' | 'drain' | 'down';
}

/** What a keepsake says, by backend; what is none of ours says nothing. */
export const readRemembered = (value: unknown): Map<string, Remembered> => {
  const parsed = v.safeParse(v.record(v.string(), rememberedSchema), value);
  return new Map(parsed.success ? Object.entries(parsed.output as Record<string, Remembered>) : []);
};
