export { runCli } from './cli.ts';
export type { CliContext, CliProcess } from './cli-io.ts';
