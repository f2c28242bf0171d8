import { isSameAddress, parseBind, plainAddress } from './address.ts';
import { announce } from './announce.ts';
import { expectCall } from './call.ts';
import type { Control } from './control.ts';
import type { DataChannel } from './data-channel.ts';
import { endsOf } from './ends.ts';
import { listen } from './listen.ts';
import type { TransferRun } from './transfer.ts';

/**
 * Opens a data channel in active mode: listens, announces where (PORT, RFC 959, 4.1.2, or EPRT, RFC 2428, 2), and takes
 * one call: the first from the right source. Others are closed and reported.
 *
 * @throws DeepFailure, or the signal's reason
 */
export const openActive = async (control: Control, { options, context, watch }: TransferRun): Promise<DataChannel> => {
  const { localAddress, remoteAddress } = endsOf(control);
  const bind = options.activeBind === undefined ? undefined : parseBind(options.activeBind);
  const { server, port } = await listen({ address: localAddress, ports: undefined, ...bind }, context);
  const call = expectCall(server, remoteAddress, options, { signal: context.signal, note: control.note });
  try {
    const bound = bind && !isAnyAddress(bind.address) ? bind.address : localAddress;
    const address = plainAddress(options.activeAddress ?? bound);
    const mode = await announce(control, options.data, address, port);
    watch.waitingFor = 'active connection';
    return {
      connection: call.connection,
      get facts() {
        return { dataMode: mode, dataPort: port, ...call.facts };
      },
      get stranger() {
        return call.stranger;
      },
      [Symbol.asyncDispose]: call.end,
    };
  } catch (error) {
    await call.end();
    throw error;
  }
};

const isAnyAddress = (address: string): boolean => isSameAddress(address, '0.0.0.0') || isSameAddress(address, '::');
