// A checker of one's own: `check: { type: pop3 }` in a config given to `createGuardian(config, { checkers: [pop3] })`.
import { once } from 'node:events';
import { classifyNetworkError, connectTcp, defineChecker, options, result } from 'farm-guardian';
import * as v from 'valibot';

export const pop3 = defineChecker({
  name: 'pop3',
  defaultPort: 110,
  options: v.strictObject({ greeting: options.text({ help: 'what the greeting must contain' }) }),
  async check(target, { greeting = 'POP3' }, { signal }) {
    try {
      const socket = await connectTcp(target, { signal });
      try {
        const [bytes] = await once(socket, 'data', { signal });
        const said = String(bytes).slice(0, 200);
        if (said.startsWith('+OK') && said.includes(greeting))
          return result({ status: 'OK', code: 'ok', summary: said });
        return result({ status: 'CRITICAL', code: 'banner-mismatch', summary: `greeted with ${said}` });
      } finally {
        socket.destroy();
      }
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      const { text, ...fault } = classifyNetworkError(error);
      return result({ ...fault, summary: text });
    }
  },
});
