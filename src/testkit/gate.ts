/** The public port of a test server: whoever comes is let in while it is open, and refused by the system while shut. */
export interface Gate {
  readonly host: string;
  /** The same for the gate's whole life. */
  readonly port: number;
  /** Comers let in so far. */
  readonly comers: number;
  /** Lets comers in. Idempotent. */
  open(): Promise<void>;
  /** Refuses comers and cuts those inside; nobody else can take the port meanwhile. Idempotent. */
  shut(): Promise<void>;
  /** Cuts all and frees the port for good. Idempotent. */
  close(): Promise<void>;
}
