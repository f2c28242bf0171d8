import { type DebianProgram, findProgram } from './debian-program.ts';
import { dropbear } from './dropbear.ts';
import type { SystemdMachine } from './systemd-machine.ts';
import { tftpd } from './tftpd.ts';
import { vsftpd } from './vsftpd.ts';

const checkTcp: DebianProgram = { debian: 'monitoring-plugins-basic', path: '/usr/lib/nagios/plugins/check_tcp' };

/** The programs that {@link startFarms} uses. */
export const farmPrograms: readonly DebianProgram[] = [
  vsftpd,
  tftpd,
  dropbear,
  checkTcp,
  { debian: 'openssh-client', path: '/usr/bin/ssh-keygen' },
];

/** A farm of each kind, with every kind of work: sockets, worker threads, programs, files. */
export const farms = {
  ftp: {
    check: {
      type: 'ftp',
      user: 'anonymous',
      password: { credential: 'ftp.password' },
      data: 'passive',
      file: 'sentinel.txt',
      content: 'all is well',
    },
    backends: { b1: '127.0.0.1' },
    hooks: [
      { type: 'exec', command: ['/usr/local/bin/on-change', '{farm}', '{backend}', '{state}'], resync: 'off' },
      { type: 'file', path: '/run/farm-guardian/states', format: 'lines' },
    ],
  },
  tftp: { check: { type: 'tftp', file: 'sentinel.txt' }, backends: { t1: '127.0.0.1' } },
  sftp: {
    check: {
      type: 'ssh',
      hostKey: ['any'],
      user: 'probe',
      key: '/run/credentials/farm-guardian.service/probe_key',
      command: 'true',
    },
    backends: { s1: '127.0.0.1' },
  },
  plugin: { command: `${checkTcp.path} -H HOST -p PORT -t 10`, backends: { p1: '127.0.0.1:22' } },
};

/** What has to be there for them to be told, by the names of `LoadCredential=`. */
export const credentials = ['ftp.password', 'probe_key'].map((name) => `${name}:/etc/farm-guardian/${name}`);

/** The hook's program: writes down what it is told, and then what it may not do. */
const onChange = `#!/bin/sh
tell() { echo "$*" >>/var/lib/farm-guardian/told; }
tell "$@"
touch /etc/new 2>/dev/null || tell no writing to /etc
ls /home 2>/dev/null || tell no homes
[ -e /dev/kmsg ] || tell no devices
[ -e /proc/1 ] || tell no other processes
unshare --user true 2>/dev/null || tell no new namespaces
`;

/** What it has written once it was told that `b1` is up. */
export const toldByHook = `ftp b1 up
no writing to /etc
no homes
no devices
no other processes
no new namespaces
`;

const vsftpdSettings = {
  listen: 'YES',
  listen_address: '127.0.0.1',
  background: 'NO',
  anon_root: '/srv/probe',
  ftp_username: 'daemon',
  secure_chroot_dir: '/run/empty',
  seccomp_sandbox: 'NO',
  isolate: 'NO',
  isolate_network: 'NO',
};

const prepare = `
  set -e
  mkdir -p /run/empty /srv/probe/.ssh
  echo all is well >/srv/probe/sentinel.txt
  echo "probe:x:1:1::/srv/probe:/bin/sh" >>/etc/passwd
  echo "probe:*:19000:0:99999:7:::" >>/etc/shadow
  cd /etc/farm-guardian
  (umask 077; echo me@here >ftp.password; ssh-keygen -q -t ed25519 -N "" -f probe_key)
  install -m 644 probe_key.pub /srv/probe/.ssh/authorized_keys
  # in.tftpd finds no address where there is none but the loopback's.
  ip address add 192.0.2.1/32 dev lo`;

/** Starts a server of each kind on 127.0.0.1, and puts the secrets and the hook's program in place. */
export const startFarms = async (machine: SystemdMachine): Promise<void> => {
  await machine.run(prepare);
  const lines = Object.entries(vsftpdSettings).map(([key, value]) => `${key}=${value}\n`);
  await machine.write('/run/vsftpd.conf', lines.join(''));
  await machine.write('/usr/local/bin/on-change', onChange, '755');
  await machine.start(`${findProgram(vsftpd)} /run/vsftpd.conf`);
  await machine.start(`${findProgram(tftpd)} -L -4 -s /srv/probe`);
  await startDropbear(machine);
};

/** Starts the SSH server alone, on 127.0.0.1. */
export const startDropbear = async (machine: SystemdMachine): Promise<void> => {
  await machine.run('dropbearkey -t ed25519 -f /run/dropbear_key >/dev/null 2>&1');
  await machine.start(`${findProgram(dropbear)} -F -r /run/dropbear_key -p 127.0.0.1:22`);
};
