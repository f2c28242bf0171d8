#!/usr/bin/env node
import { ftp } from '../checks/ftp/index.ts';
import { runAsProcess } from '../src/plugin/index.ts';

void runAsProcess(ftp);
