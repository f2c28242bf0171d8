export { type CommandCheck, parseCommand } from './parse-command.ts';
export { runAsProcess } from './run-as-process.ts';
export { type PluginIo, runPlugin } from './run-plugin.ts';
