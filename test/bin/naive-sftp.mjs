// A checker as simple as the documentation of ssh2 has it: a server can get it stuck. It is its own isolation's module.
import ssh2 from 'ssh2';

export const naiveSftp = {
  name: 'naive-sftp',
  defaultPort: 22,
  options: {},
  isolation: { module: import.meta.url, applies: () => true },
  check: ({ host, port }, { password }, { entered }) =>
    new Promise((_, reject) => {
      const client = new ssh2.Client();
      client.on('error', reject).on('ready', () => {
        entered?.('sftp');
        client.sftp(() => client.end());
      });
      client.connect({ host, port, username: 'probe', password });
    }),
};
