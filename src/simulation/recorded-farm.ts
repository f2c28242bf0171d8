import { evidenceIn } from '../health/evidence.ts';
import { leastUp } from '../health/farm-guard.ts';
import { FarmLedger } from './farm-ledger.ts';
import { type FarmRecord, membersOf, type RecordedEvent } from './record.ts';
import { recordedSettings, usualSettings } from './settings.ts';

/** A farm as it was: writes into a ledger what the journal tells. */
export class RecordedFarm {
  readonly ledger: FarmLedger;
  readonly #record: FarmRecord;
  #members: ReadonlyMap<string, string> = new Map();
  #settings = usualSettings;

  constructor(record: FarmRecord) {
    this.#record = record;
    this.ledger = new FarmLedger(record.id);
  }

  /** Takes the next of its events. */
  take(event: RecordedEvent): void {
    const { ledger } = this;
    const { at } = event;
    switch (event.type) {
      case 'watch':
        this.#watch(event);
        break;
      case 'away':
        ledger.away(at);
        break;
      case 'isolation':
        ledger.because(at);
        break;
      case 'order':
        ledger.ordered(event.backend, event.order.state !== 'ready', at);
        break;
      case 'seen': {
        const { backend, spell } = event.sighting;
        ledger.evidence(backend, evidenceIn(spell, this.#settings.evidence), spell.from);
        break;
      }
      case 'turned':
        ledger.turned(event.backend, event.to, at);
        break;
      case 'desired':
        ledger.desired(event.backend, event.state, at);
        break;
      default:
        event satisfies never;
    }
  }

  #watch({ at, settings, remembers, standing }: Extract<RecordedEvent, { readonly type: 'watch' }>): void {
    const before = this.#members;
    this.#members = settings === null ? new Map() : membersOf(this.#record, settings);
    this.#settings = recordedSettings(settings);
    const least = leastUp(this.#settings.guard, this.#members.size);
    const known = Array.from(this.#members, ([id, it]) => [id, remembers && before.get(id) === it] as const);
    this.ledger.watch(at, least, new Map(known));
    if (standing) for (const id of this.#members.keys()) this.ledger.stand(id, standing(id));
  }
}
