/** The stages of an SSH check, in their order. */
export type StageName =
  | 'connect'
  | 'greeting'
  | 'kex'
  | 'auth'
  | 'channel'
  | 'subsystem'
  | 'transfer'
  | 'command'
  | 'keys';
