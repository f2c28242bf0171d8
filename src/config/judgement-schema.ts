import * as v from 'valibot';

const says = (help: string) =>
  v.optional(v.pipe(v.picklist(['pass', 'fail', 'neutral'], 'must be pass, fail or neutral'), v.description(help)));

/** What each status of a result says. */
export const evidenceSchema = v.strictObject({
  warning: says('What WARNING says. Default pass.'),
  critical: says('What CRITICAL says. Default fail.'),
  unknown: says('What UNKNOWN says, a fault of our own excepted, which never says anything. Default neutral.'),
});

const flapMessage = 'must be { high, low } in percent, or off';

/** A flap score, in percent. */
const flapPercent = (help: string) => {
  const message = 'must be a percentage from 1 to 100';
  return v.optional(v.pipe(v.number(message), v.minValue(1, message), v.maxValue(100, message), v.description(help)));
};

/** When a backend counts as flapping. */
export const flappingSchema = v.strictObject({
  high: flapPercent('Score, in percent, at which a backend begins to flap. Default 30.'),
  low: flapPercent('Score, in percent, below which it flaps no more. Default 25.'),
});

/** How a farm takes results, and `defaults` for all of them. */
export const judgementEntries = {
  evidence: v.optional(v.pipe(evidenceSchema, v.description('What each status of a result says.'))),
  flapping: v.optional(
    v.pipe(
      v.union([v.literal('off'), flappingSchema], flapMessage),
      v.description('When a backend counts as flapping, so that it takes more passes to come back; off for never.'),
    ),
  ),
  manualResume: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Whether a backend that went down stays down until an operator orders ready. Default false.'),
    ),
  ),
};
