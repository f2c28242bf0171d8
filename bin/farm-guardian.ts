#!/usr/bin/env node
import { checkers } from '../checks/index.ts';
import { runCli } from '../src/cli/index.ts';
import { systemClock } from '../src/clock/system-clock.ts';
import { hookTypes } from '../src/hook/index.ts';

process.exitCode = await runCli({ process, checkers, hooks: hookTypes, clock: systemClock });
