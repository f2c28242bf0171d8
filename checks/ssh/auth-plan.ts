import type { AnyAuthMethod, AuthenticationType, Prompt } from 'ssh2';
import type { Credentials } from './credentials.ts';

/** Chooses how to log in, one method after the other, from what we have and what the server takes. */
export class AuthPlan {
  readonly #methods: AnyAuthMethod[];
  #taken: readonly string[] | undefined;

  constructor({ user: username, password, key, agent }: Credentials) {
    this.#methods = [
      ...(key ? [{ type: 'publickey', username, key } as const] : []),
      ...(agent ? [{ type: 'agent', username, agent } as const] : []),
      ...(password !== undefined
        ? ([
            { type: 'password', username, password },
            { type: 'keyboard-interactive', username, prompt: answerWith(password) },
          ] as const)
        : []),
    ];
  }

  /** The methods that the server takes, once it has said so. */
  get taken(): readonly string[] | undefined {
    return this.#taken;
  }

  /** The next method; `false` when there is none. `left` is what the server still takes, null before it has said so. */
  next(left: readonly AuthenticationType[] | null): AnyAuthMethod | false {
    if (left) this.#taken = left;
    for (let method = this.#methods.shift(); method; method = this.#methods.shift())
      if (!left || left.includes(method.type === 'agent' ? 'publickey' : method.type)) return method;
    return false;
  }
}

type Answer = (
  name: string,
  instructions: string,
  lang: string,
  prompts: Prompt[],
  finish: (all: string[]) => void,
) => void;

/** The one hidden question of keyboard-interactive is the password; whatever else is asked gets no answer. */
const answerWith =
  (password: string): Answer =>
  (_name, _instructions, _lang, prompts, finish) =>
    finish(prompts.map(({ echo }) => (!echo && prompts.length === 1 ? password : '')));
