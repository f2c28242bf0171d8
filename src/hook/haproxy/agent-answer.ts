import { cleanText, oneLine } from '../../checker/clean-text.ts';
import type { Outlook } from '../hook.ts';

/** Longest reason that is told, in characters: HAProxy shows it on its page. */
const longestReason = 100;

/**
 * What an agent check of HAProxy is told of a backend (configuration manual, `agent-check`); an empty line, which
 * changes nothing, before there is evidence.
 *
 * @param warningWeight the weight in percent while its check warns; absent, weights are left alone
 */
export const agentAnswer = ({ desired, status }: Outlook, warningWeight: number | undefined): string => {
  switch (desired?.state) {
    case undefined:
      return '\n';
    case 'up': {
      const weight = status === 'WARNING' ? warningWeight : 100;
      return `up ready${warningWeight === undefined ? '' : ` ${weight}%`}\n`;
    }
    // What was down before must not stay so.
    case 'drain':
      return 'up drain\n';
    case 'down':
      return `down #${reasonOf(desired?.code ?? '', desired?.summary ?? '')}\n`;
  }
};

const reasonOf = (code: string, summary: string): string =>
  oneLine(`${code} ${cleanText(summary)}`.replace(/[^\x20-\x7e]|#/g, ' ')).slice(0, longestReason);
