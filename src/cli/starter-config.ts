/** A config to begin with: every part once, with a word on what it is for. */
export const starterConfig = `# Farm Guardian. \`farm-guardian config check\` validates this file; docs/config.md has every key.
stateDir: /var/lib/farm-guardian      # what is believed survives restarts here
socket: /run/farm-guardian.sock       # \`farm-guardian status\`, \`drain\` and the others ask here
listen: 127.0.0.1:9720                # dashboard, API and metrics, read-only; \`off\` to disable

defaults:                             # for all farms; a farm may say otherwise
  interval: 5s                        # between two checks of a backend while its health is steady
  fastInterval: 1s                    # while in doubt
  timeout: 3s                         # for one whole check
  rise: 2                             # passes in a row until up
  fall: 3                             # failures in a row until down

farms:
  ftp:
    check: { type: ftp }              # connect, and read the greeting
    # A check that does what your clients do is worth more:
    # check: { type: ftp, user: probe, password: { file: ftp.password }, data: passive, file: sentinel.txt }
    guard: { minUp: 1 }               # never take the last one out
    backends:
      b1: 192.0.2.11
      b2: { host: 192.0.2.12, port: 2121 }
    hooks: []                         # nobody is told yet; \`run --dry-run\` shows what would be
    # hooks:
    #   - { type: exec, command: [/usr/local/bin/on-change, "{farm}", "{backend}", "{state}"], timeout: 10s }
`;
