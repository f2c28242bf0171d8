/** The address that clients know. */
export const lvsVip = '10.1.0.100';

/** How the director knows which packets are of its FTP service. */
export interface LvsService {
  /** The example's name: `examples/NAME.sh` makes the service, `examples/NAME.yaml` is the guardian's config. */
  readonly example: string;
  /** Kernel modules that iptables would not find by itself. */
  readonly modules: readonly string[];
  /** The address that real servers advertise in PASV. Default: their own. */
  readonly passiveAddress?: string;
}

/** FTP as LVS knows it: a persistent service of port 21, and a helper that follows the dialogue. */
export const helperService: LvsService = { example: 'lvs-ftp', modules: [] };

/** Passive FTP without the helper: control and data connections have one firewall mark. */
export const markService: LvsService = {
  example: 'lvs-ftp-mark',
  modules: ['ip_tables', 'iptable_mangle', 'xt_mark', 'xt_multiport', 'xt_tcpudp'],
  passiveAddress: lvsVip,
};
