/** One fault of the demo: which server gets it, and what it stands for. */
export interface DemoFault {
  /** `FARM/BACKEND`. */
  readonly backend: string;
  /** The switch of the test kit's server. */
  readonly fault: string;
  /** What has happened, for people. */
  readonly story: string;
}

/** The faults in the order they are shown. A TCP check, or a look at the banner, would see only the first. */
export const demoFaults: readonly DemoFault[] = [
  { backend: 'ftp/b2', fault: 'refuse', story: 'the FTP server has died' },
  { backend: 'tftp/b1', fault: 'missing-file', story: 'the boot file is gone' },
  { backend: 'sftp/b2', fault: 'auth-refused', story: 'nobody can log in any more' },
  { backend: 'ftp/b1', fault: 'data-refused', story: 'a firewall blocks the data channel' },
  { backend: 'tftp/b2', fault: 'silence', story: 'the TFTP server hangs' },
  { backend: 'sftp/b1', fault: 'wrong-content', story: 'the disk serves stale files' },
];
