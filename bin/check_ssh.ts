#!/usr/bin/env node
import { ssh } from '../checks/ssh/index.ts';
import { runAsProcess } from '../src/plugin/index.ts';

void runAsProcess(ssh);
