import type { Contact } from './contact.ts';
import { type Offer, OfferReader } from './key-exchange-offer.ts';

/** What a meter is told. */
export interface MeterRules {
  /** Bytes that the server may have sent by now, its identification included. */
  readonly allowedBytes: () => number;
  /** Takes the server's offer, once. */
  readonly offered: (offer: Offer) => void;
  /** Called when the server has sent more than is allowed; the connection is gone then. */
  readonly exceeded: () => void;
}

/**
 * Counts what a server sends, and reads its offer. To be put on the socket before anybody else listens: what is too much
 * is the last piece that anybody sees.
 */
export const meter = ({ socket, decisive }: Contact, { allowedBytes, offered, exceeded }: MeterRules): void => {
  const reader = new OfferReader();
  let identification = decisive.indexOf('\n') + 1;
  let received = 0;
  socket.on('data', (bytes: Buffer) => {
    const behind = Math.min(bytes.length, identification);
    identification -= behind;
    received += bytes.length;
    const offer = reader.push(bytes.subarray(behind));
    if (offer) offered(offer);
    if (received <= allowedBytes()) return;
    exceeded();
    socket.destroy();
  });
};
